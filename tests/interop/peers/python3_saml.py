"""python3-saml as service providers: its own API alone, behind a small werkzeug server.

It sends requests by Redirect only; it takes the hub in from the hub's metadata, and checks the
signature of that itself.
"""

import json
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.installation import free_port
from tests.interop.peers.hub_metadata import HubMetadata
from tests.interop.peers.identity import Identity, new_identity
from tests.interop.peers.sp_metadata import TRANSIENT
from tests.interop.peers.two_providers import PROVIDERS, TwoProviders

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

COOKIE = "python3-saml"
Settings = dict[str, Any]


class NotForUs(Exception):
    """A message that the library refuses; says why."""


@dataclass
class Application:
    """Both service providers as one WSGI application."""

    running: TwoProviders
    identity: Identity
    hub: Settings
    asked: set[str] = field(default_factory=set)  # ids of requests that wait for an answer
    sessions: dict[str, Settings] = field(default_factory=dict)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        path, _, name = request.path.lstrip("/").partition("/")
        views = {
            "login": self.login, "acs": self.acs, "page": self.page,
            "logout": self.logout, "slo": self.slo,
        }  # fmt: skip
        if path not in PROVIDERS or name not in views:
            return Response("no such page", 404)
        try:
            return views[name](request, path)
        except NotForUs as fault:
            return shown({"error": str(fault)}, 403)

    def login(self, request: Request, path: str) -> Response:
        asked = request.args
        auth = self.library(request, path, asked)
        url = auth.login(
            return_to=asked.get("state"),
            force_authn="force" in asked,
            is_passive="passive" in asked,
            set_nameid_policy="format" in asked,
        )
        self.asked.add(auth.get_last_request_id())
        return redirect(url, 303)

    def acs(self, request: Request, path: str) -> Response:
        auth = self.library(request, path)
        answer = OneLogin_Saml2_Response(auth.get_settings(), request.form["SAMLResponse"])
        answers_to = answer.get_in_response_to()
        if answers_to not in self.asked:
            raise NotForUs("an answer to nothing that was asked")
        auth.process_response(request_id=answers_to)
        if auth.get_errors():
            raise NotForUs(f"{auth.get_errors()}: {auth.get_last_error_reason()}")
        self.asked.discard(answers_to)
        handle = request.cookies.get(COOKIE) or uuid.uuid4().hex
        told = {name: values[0] for name, values in auth.get_attributes().items()}
        told |= {
            "nameID": auth.get_nameid(),
            "nameIDFormat": auth.get_nameid_format(),
            "sessionIndex": auth.get_session_index(),
            "contextClass": auth.get_last_authn_contexts()[0],
            "relayState": request.form.get("RelayState"),
        }
        self.sessions.setdefault(handle, {})[path] = told
        response = redirect(self.running.page(path), 303)
        response.set_cookie(COOKIE, handle, httponly=True)
        return response

    def page(self, request: Request, path: str) -> Response:
        return shown(self.session(request).get(path, {"error": "not logged in"}))

    def logout(self, request: Request, path: str) -> Response:
        told = self.session(request).pop(path)
        url = self.library(request, path).logout(
            return_to=request.args.get("state"),
            name_id=told["nameID"],
            name_id_format=told["nameIDFormat"],
            session_index=told["sessionIndex"],
        )
        return redirect(url, 303)

    def slo(self, request: Request, path: str) -> Response:
        auth = self.library(request, path)
        url = auth.process_slo(delete_session_cb=lambda: self.session(request).pop(path, None))
        if auth.get_errors():
            raise NotForUs(f"{auth.get_errors()}: {auth.get_last_error_reason()}")
        return redirect(url, 303) if url else shown({"loggedOut": True})

    def session(self, request: Request) -> Settings:
        found: Settings = self.sessions.get(request.cookies.get(COOKIE, ""), {})
        return found

    def library(
        self, request: Request, path: str, asked: Mapping[str, str] | None = None
    ) -> OneLogin_Saml2_Auth:
        settings = self.settings(path, asked or {})
        return OneLogin_Saml2_Auth(
            {
                "https": "off",
                "http_host": request.host,
                "script_name": request.path,
                "get_data": request.args.to_dict(),
                "post_data": request.form.to_dict(),
                "query_string": request.query_string.decode("ascii"),
            },
            OneLogin_Saml2_Settings(settings),
        )

    def settings(self, path: str, asked: Mapping[str, str]) -> Settings:
        provider, base = PROVIDERS[path], f"{self.running.base}/{path}"
        return {
            "strict": True,
            "idp": self.hub,
            "sp": {
                "entityId": f"{base}/metadata",
                "assertionConsumerService": {"url": f"{base}/acs"},
                "singleLogoutService": {"url": f"{base}/slo"},
                "NameIDFormat": asked.get("format", TRANSIENT),
                "x509cert": self.identity.certificate.read_text("ascii"),
                "privateKey": self.identity.key.read_text("ascii"),
            },
            "security": {
                "authnRequestsSigned": provider.signs,
                "logoutRequestSigned": True,
                "logoutResponseSigned": True,
                "wantMessagesSigned": True,
                "wantAssertionsSigned": True,
                "wantAssertionsEncrypted": provider.wants_encryption,
                "wantAttributeStatement": True,
                "rejectDeprecatedAlgorithm": True,
                "requestedAuthnContext": [asked["class"]] if "class" in asked else False,
                "requestedAuthnContextComparison": asked.get("comparison", "exact"),
                "failOnAuthnContextMismatch": True,
            },
        }


def shown(told: Settings, status: int = 200) -> Response:
    return Response(json.dumps(told), status, content_type="application/json")


@contextmanager
def running_python3_saml(folder: Path, hub: HubMetadata) -> Iterator[TwoProviders]:
    certificate = hub.certificate.read_text("ascii")
    assert OneLogin_Saml2_Utils.validate_metadata_sign(hub.document, cert=certificate)
    described = OneLogin_Saml2_IdPMetadataParser.parse(hub.document)["idp"]
    port = free_port()
    running = TwoProviders(f"http://127.0.0.1:{port}", folder)
    identity = new_identity(folder, "python3-saml")
    running.write_metadata(identity)
    application = Application(running, identity, described)
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="python3-saml")
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
