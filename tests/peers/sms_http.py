"""An SMS gateway over HTTP that does as it is told: answers, lies, or never answers.

It counts what it was given, by reference, as a real one's invoice would.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

GARBAGE = b"<html>It works!</html>"


@dataclass
class HttpPeer:
    url: str
    given: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    status: int = 200
    answer: bytes | None = None  # None: a proper one
    arrived: SimpleQueue[str] = field(default_factory=SimpleQueue)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def references(self) -> list[str]:
        return [one["reference"] for one in self.given]

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.headers.append(headers)
        self.raw.append(body)
        if headers.get("Content-Type", "").startswith("application/json"):
            self.given.append(json.loads(body))
            self.arrived.put(self.given[-1]["reference"])
        self.may_answer.wait(30)
        proper = json.dumps({"id": f"gw-{len(self.raw)}"}).encode()
        return self.status, proper if self.answer is None else self.answer


@contextmanager
def http_peer() -> Iterator[HttpPeer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    peer = HttpPeer(f"http://127.0.0.1:{server.server_port}/send")
    peer.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = peer.take(dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                pass  # the one who asked has been killed, or has lost patience

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.may_answer.set()
        server.shutdown()
        server.server_close()
