"""An agency's web server with metadata on it, over TLS, which can misbehave."""

import ipaddress
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.metadata.sample_keys import raw_rsa

HOST = "md.sp.test"
DOCUMENT = b"<metadata/>"


@dataclass
class MetadataServer:
    port: int = 0
    documents: dict[str, bytes] = field(default_factory=lambda: {"/md": DOCUMENT})
    leads_to: dict[str, str] = field(default_factory=dict)
    hosts_asked: list[str] = field(default_factory=list)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)  # for its clients
    is_over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/md", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"


@contextmanager
def metadata_server(over_tls: bool = True) -> Iterator[MetadataServer]:
    made = MetadataServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.hosts_asked.append(self.headers["Host"])
            with suppress(OSError, ssl.SSLError):
                answer(made, self)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that give up are what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if over_tls:
        made.tls = speak_tls(server)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def speak_tls(server: ThreadingHTTPServer) -> ssl.SSLContext:
    """What its clients are to trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(a_server_certificate())
        context.load_cert_chain(path)
        trusted = ssl.create_default_context(cafile=str(path))
    # The handshake is each client's own affair: one that fails must not stop the others.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    return trusted


def answer(made: MetadataServer, handler: BaseHTTPRequestHandler) -> None:
    if handler.path in made.leads_to:
        handler.send_response(302)
        handler.send_header("Location", made.leads_to[handler.path])
        handler.end_headers()
    elif handler.path == "/slow":
        trickle(made, handler)
    elif handler.path == "/slow-head":
        trickle(made, handler, b"HTTP/1.1 200 OK\r\nX-Slow: ")
    elif handler.path in made.documents:
        body = made.documents[handler.path]
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain; charset=iso-8859-1")
        handler.end_headers()
        handler.wfile.write(body)
    else:
        handler.send_error(404)


def trickle(
    made: MetadataServer, handler: BaseHTTPRequestHandler, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n"
) -> None:
    """A byte now and then, for ever."""
    handler.wfile.write(head)
    while not made.is_over.wait(0.02):
        handler.wfile.write(b"x")


def a_server_certificate() -> bytes:
    """Its key and certificate in PEM: for HOST, and not for localhost."""
    key, subject = raw_rsa(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.9.9.9"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)


def silent_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])
