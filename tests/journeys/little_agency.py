"""A service provider of a few lines, around python3-saml in strict mode, for one test module.

It shows no pages: its consumer answers with JSON, what the library made of the Response.
"""

import base64
import json
import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from demo.keys import load_or_make
from tests.journeys.citizen import Citizen


class LittleAgency:
    """The service provider of one address, which knows the hub by its metadata."""

    def __init__(self, base_url: str, folder: Path) -> None:
        keys = load_or_make(folder, "Little", with_encryption=False, now=datetime.now(UTC))
        self.base_url = base_url
        self._asked: dict[str, str] = {}
        self._settings: dict[str, Any] = {
            "strict": True,
            "sp": {
                "entityId": f"{base_url}/metadata",
                "assertionConsumerService": {"url": f"{base_url}/acs"},
                "NameIDFormat": Saml.NAMEID_TRANSIENT,
                "x509cert": keys.signing.certificate,
                "privateKey": keys.signing.private_key,
            },
            "security": {
                "authnRequestsSigned": True,
                "wantMessagesSigned": True,
                "wantAssertionsSigned": True,
                "wantAssertionsEncrypted": True,
                "rejectDeprecatedAlgorithm": True,
                "signatureAlgorithm": Saml.RSA_SHA256,
                "digestAlgorithm": Saml.SHA256,
            },
        }

    def trust(self, hub_metadata: bytes) -> None:
        read = OneLogin_Saml2_IdPMetadataParser.parse(hub_metadata)
        self._settings["idp"] = read["idp"]

    @property
    def metadata(self) -> bytes:
        settings = OneLogin_Saml2_Settings(self._settings, sp_validation_only=True)
        return bytes(settings.get_sp_metadata())

    def request_url(self, force: bool = False, passive: bool = False) -> str:
        """The hub's address with a new AuthnRequest."""
        auth, relay_state = self._auth(), secrets.token_urlsafe(16)
        url = auth.login(return_to=relay_state, force_authn=force, is_passive=passive)
        self._asked[relay_state] = auth.get_last_request_id()
        return str(url)

    def request_form(self) -> tuple[str, list[tuple[str, str]]]:
        """The hub's address, and the fields of a form with a new AuthnRequest."""
        settings, relay_state = self._auth().get_settings(), secrets.token_urlsafe(16)
        asked = OneLogin_Saml2_Authn_Request(settings)
        self._asked[relay_state] = asked.get_id()
        signed = OneLogin_Saml2_Utils.add_sign(
            asked.get_xml(),
            settings.get_sp_key(),
            settings.get_sp_cert(),
            sign_algorithm=Saml.RSA_SHA256,
            digest_algorithm=Saml.SHA256,
        )
        message = base64.b64encode(signed).decode("ascii")
        return settings.get_idp_sso_url(), [("SAMLRequest", message), ("RelayState", relay_state)]

    def answered(self, form: dict[str, str]) -> dict[str, Any]:
        """What the library makes of a posted Response, as an answer to its own request."""
        auth = self._auth(form)
        auth.process_response(self._asked.pop(form["RelayState"]))
        return {
            "errors": auth.get_errors(),
            "reason": auth.get_last_error_reason(),
            "statuses": statuses(auth.get_last_response_xml()),
            "logged_in": auth.is_authenticated(),
            "attributes": auth.get_attributes(),
            "session_index": auth.get_session_index(),
        }

    def _auth(self, form: dict[str, str] | None = None) -> OneLogin_Saml2_Auth:
        base = urlsplit(self.base_url)
        received = {
            "https": "on" if base.scheme == "https" else "off",
            "http_host": base.netloc,
            "script_name": "/acs",
            "get_data": {},
            "post_data": form or {},
        }
        return OneLogin_Saml2_Auth(received, self._settings)

    def pages(self) -> Flask:
        pages = Flask("little_agency")

        @pages.get("/start")
        def start() -> Response:
            return redirect(self.request_url("force" in request.args, "passive" in request.args))

        @pages.get("/start-by-post")
        def start_by_post() -> str:
            address, fields = self.request_form()
            inputs = [
                f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields
            ]
            button = '<button name="continue">On</button>'
            return f'<form method="post" action="{address}">{"".join(inputs)}{button}</form>'

        @pages.post("/acs")
        def consumer() -> str:
            return json.dumps(self.answered(request.form.to_dict()))

        return pages


def made_of_it(citizen: Citizen) -> dict[str, Any]:
    """What the agency's library made of the answer."""
    citizen.page.wait_for_url("**/acs")
    found: dict[str, Any] = json.loads(citizen.page.locator("body").inner_text())
    return found


def statuses(response: str | bytes) -> list[str]:
    """The status codes of a Response, the outermost first."""
    code = f"{{{Saml.NS_SAMLP}}}StatusCode"
    return [str(each.get("Value")) for each in etree.fromstring(response).iter(code)]


class HasPages(Protocol):
    def pages(self) -> Flask: ...


Agency = TypeVar("Agency", bound=HasPages)


@contextmanager
def served(
    agency: Agency, port: int, tls: ssl.SSLContext | None = None
) -> Iterator[Agency]:
    """The agency, listening on this port."""
    server = make_server("127.0.0.1", port, agency.pages(), threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield agency
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
