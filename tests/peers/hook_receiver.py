"""A team's program over TLS that takes webhooks, and answers as it is told."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.peers.metadata_server import HOST, speak_tls


@dataclass
class HookReceiver:
    """It answers with each of `answers` in turn, and then with 204."""

    tls: ssl.SSLContext  # for its clients
    port: int
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/minid?team=1"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: HookReceiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that do not trust it are what is tested."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append((dict(self.headers), body))
        status = receiver.answers.pop(0) if receiver.answers else 204
        self.send_response(status)
        if status in range(300, 400):
            self.send_header("Location", receiver.url)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def hook_receiver() -> Iterator[HookReceiver]:
    server = Server(("127.0.0.1", 0), Handler)
    server.receiver = HookReceiver(speak_tls(server), server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
