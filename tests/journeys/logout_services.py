"""Services that behave badly when the hub asks them to log somebody out.

They are the demo agencies; what is odd stands between them and the network.
"""

import base64
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from werkzeug.serving import make_server

from demo.app import create_app
from demo.desk import Desk, providers
from demo.hub import Hub
from demo.provider import Provider
from tests.installation import free_port

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Oddity = Callable[["Services", Wsgi, dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass
class Services:
    """Agencies on a port of their own; `oddities` says who misbehaves at logout."""

    base_url: str
    desk: Desk
    folder: Path
    oddities: Mapping[str, Oddity]
    released: threading.Event = field(default_factory=threading.Event)
    close: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].split("/")[1]
        is_asked = environ["PATH_INFO"].endswith("/saml/slo") and "SAMLRequest=" in environ.get(
            "QUERY_STRING", ""
        )
        odd = self.oddities.get(name) if is_asked else None
        return odd(self, self.app, environ, start) if odd else self.app(environ, start)

    @cached_property
    def app(self) -> Wsgi:
        return create_app(self.desk)

    def metadata(self, *names: str) -> list[str]:
        return [str(self.folder / name / "metadata.xml") for name in names]

    def provider(self, name: str) -> Provider:
        return self.desk.providers[name]


@contextmanager
def services(
    folder: Path, hub: str, oddities: Mapping[str, Oddity] | None = None
) -> Iterator[Services]:
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    made = providers(base_url, folder, datetime.now(UTC))
    running = Services(
        base_url, Desk(made, Hub(hub), lambda: datetime.now(UTC)), folder, oddities or {}
    )
    server = make_server("127.0.0.1", port, running, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def close() -> None:
        running.released.set()
        server.shutdown()
        server.server_close()

    running.close = close
    try:
        yield running
    finally:
        close()


# --- oddities ------------------------------------------------------------------------------


def slow(services: Services, app: Wsgi, environ: dict[str, Any], start: StartResponse) -> Any:
    """Answers after twenty seconds."""
    services.released.wait(20)
    return app(environ, start)


def failing(services: Services, app: Wsgi, environ: dict[str, Any], start: StartResponse) -> Any:
    """Says, signed, that it could not."""

    def say(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        url = dict(headers)["Location"]
        fields = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        xml = zlib.decompress(base64.b64decode(fields["SAMLResponse"]), -15)
        return start(
            status,
            [
                *((n, v) for n, v in headers if n != "Location"),
                ("Location", _resent(services, environ, url, xml)),
            ],
        )

    return app(environ, say)


def unsigned(services: Services, app: Wsgi, environ: dict[str, Any], start: StartResponse) -> Any:
    """Answers Success without a signature."""

    def say(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        bare = [(n, v.partition("&SigAlg=")[0] if n == "Location" else v) for n, v in headers]
        return start(status, bare)

    return app(environ, say)


def isolated(services: Services, app: Wsgi, environ: dict[str, Any], start: StartResponse) -> Any:
    """Shows a page that cuts itself off from the window that opened it, and answers after that."""
    if "cut=1" in environ["QUERY_STRING"]:
        return app(environ, start)
    onward = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}&cut=1"
    headers = [
        ("Content-Type", "text/html"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Refresh", f"0; url={onward}"),
    ]
    start("200 OK", headers)
    return [b"<!doctype html><title>Apart</title>"]


def _resent(services: Services, environ: dict[str, Any], url: str, xml: bytes) -> str:
    name = environ["PATH_INFO"].split("/")[1]
    key = serialization.load_pem_private_key(
        services.provider(name).keys.signing.private_key.encode(), None
    )
    assert isinstance(key, rsa.RSAPrivateKey)
    compressor = zlib.compressobj(wbits=-15)
    deflated = compressor.compress(xml.replace(b"status:Success", b"status:Responder"))
    message = base64.b64encode(deflated + compressor.flush()).decode()
    query = urlencode(
        {
            "SAMLResponse": message,
            "SigAlg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        }
    )
    value = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    signature = urlencode({"Signature": base64.b64encode(value).decode()})
    return f"{url.partition('?')[0]}?{query}&{signature}"
