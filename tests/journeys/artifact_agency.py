"""A service provider around pysaml2's client that takes its answers by artifact only.

It shows no pages: its consumer answers with JSON, what the library made of the answer
that it fetched over the back channel.  It has an encryption key, for the library cannot
check an ArtifactResponse with typed attributes in clear: it loses their prefix.
"""

import base64
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, redirect, request
from lxml import etree
from saml2 import BINDING_HTTP_ARTIFACT, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.response import AuthnResponse
from werkzeug.wrappers import Response

from metadata import names
from tests.builders import KEYS
from tests.needed import program

RESPONSE = f"{{{names.SAMLP}}}Response"
BODY = f"{{{names.SOAP}}}Body"
KEY_FILES = {
    "key_file": str(KEYS / "test-only-registered.key.pem"),
    "cert_file": str(KEYS / "test-only-registered.crt.pem"),
}


class ArtifactAgency:
    """The service provider of one address, which knows the hub by its metadata."""

    def __init__(self, base_url: str, folder: Path) -> None:
        self.base_url = base_url
        self.fetched: list[str] = []  # every artifact that came, used ones too
        self._folder = folder
        self._asked: dict[str, str] = {}
        self._client: Saml2Client | None = None

    @property
    def metadata(self) -> bytes:
        return str(entity_descriptor(SPConfig().load(self._config()))).encode()

    def trust(self, hub_metadata: bytes) -> None:
        file = self._folder / "hub.xml"
        file.write_bytes(hub_metadata)
        config = self._config() | {"metadata": {"local": [str(file)]}}
        self._client = Saml2Client(SPConfig().load(config))
        self._client.sourceid = self._client.metadata.construct_source_id()

    @property
    def client(self) -> Saml2Client:
        assert self._client is not None
        return self._client

    def request_url(self, relay_state: str) -> str:
        asked, how = self.client.prepare_for_authenticate(
            binding=BINDING_HTTP_REDIRECT, response_binding=BINDING_HTTP_ARTIFACT,
            relay_state=relay_state, sign=True, sigalg=names.RSA_SHA256,
        )  # fmt: skip
        self._asked[asked] = relay_state
        return str(dict(how["headers"])["Location"])

    def envelope(self, artifact: str) -> str:
        """What the hub answers a signed ArtifactResolve with."""
        answered = self.client.artifact2message(
            artifact, "idpsso", sign=True, sign_alg=names.RSA_SHA256, digest_alg=names.SHA256
        )
        return str(answered.text)

    def made_of(self, envelope: str) -> dict[str, Any]:
        """What the library makes of the answer: it checks both signatures, or raises.

        The message is taken out of its envelope here, since the library's own way writes it
        anew with other prefixes, which no signature survives.
        """
        (sent,) = etree.fromstring(envelope.encode()).findall(f"{BODY}/*")
        message = etree.tostring(sent).decode()
        assert self.client.sec.correctly_signed_artifact_response(message, must=True)
        answer = etree.fromstring(message).find(RESPONSE)
        if answer is None:
            return {"is_empty": True}
        encoded = base64.b64encode(etree.tostring(answer)).decode()
        made = self.client.parse_authn_request_response(
            encoded, BINDING_HTTP_ARTIFACT, dict(self._asked)
        )
        assert isinstance(made, AuthnResponse)
        return {"attributes": made.ava, "came_from": made.came_from, "name_id": made.name_id.text}

    def pages(self) -> Flask:
        pages = Flask("artifact_agency")

        @pages.get("/start")
        def start() -> Response:
            return redirect(self.request_url(request.args["state"]))

        @pages.get("/art")
        def consumer() -> Response:
            artifact = request.args["SAMLart"]
            self.fetched.append(artifact)
            made = self.made_of(self.envelope(artifact))
            return jsonify(made | {"relay_state": request.args["RelayState"]})

        return pages

    def _config(self) -> dict[str, Any]:
        return {
            "entityid": f"{self.base_url}/metadata",
            **KEY_FILES,
            "encryption_keypairs": [KEY_FILES],
            "xmlsec_binary": program("xmlsec1"),
            "allow_unknown_attributes": True,
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [
                            (f"{self.base_url}/art", BINDING_HTTP_ARTIFACT)
                        ]
                    },
                    "authn_requests_signed": True,
                    "want_response_signed": True,
                    "want_assertions_signed": True,
                }
            },
        }
