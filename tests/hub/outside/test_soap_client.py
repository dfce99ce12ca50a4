"""The back channel: one POST, bounded in time and size, to the address that is registered."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub.errors import OutsideFailed
from hub.outside.soap_client import HttpSoapClient
from metadata.safe_xml import MAX_MESSAGE
from tests.installation import free_port

Answer = Callable[[BaseHTTPRequestHandler], None]
SOON = HttpSoapClient(connect_seconds=0.5, whole_seconds=0.5)


@contextmanager
def a_service(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/slo?tenant=1"
    finally:
        server.shutdown()
        server.server_close()


def saying(status: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def failure_of(client: HttpSoapClient, url: str) -> str:
    with pytest.raises(OutsideFailed) as failed:
        client.send(url, b"<x/>")
    return failed.value.code


def test_it_posts_the_envelope_and_gives_back_the_answer() -> None:
    came: dict[str, str] = {}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        came.update(path=handler.path, body=handler.rfile.read(length).decode())
        came.update(type=handler.headers["Content-Type"], action=handler.headers["SOAPAction"])
        saying(200, b"<answer/>")(handler)

    with a_service(answer) as url:
        assert SOON.send(url, b"<asked/>") == b"<answer/>"
    assert came["path"] == "/slo?tenant=1" and came["body"] == "<asked/>"
    assert came["type"].startswith("text/xml") and "security" in came["action"]


def test_it_reads_a_fault_that_comes_with_500() -> None:
    with a_service(saying(500, b"<fault/>")) as url:
        assert SOON.send(url, b"<x/>") == b"<fault/>"


def test_it_follows_no_redirect() -> None:
    with a_service(saying(200, b"<other/>")) as other:
        with a_service(saying(302, b"", Location=other)) as url:
            assert failure_of(SOON, url) == "soap-unreachable"


@pytest.mark.parametrize(("status", "body"), [(404, b"<x/>"), (200, b""), (204, b"")])
def test_what_is_no_answer_is_none(status: int, body: bytes) -> None:
    with a_service(saying(status, body)) as url:
        assert failure_of(SOON, url) == "soap-unreachable"


def test_it_reads_no_more_than_a_message() -> None:
    with a_service(saying(200, b"x" * (MAX_MESSAGE + 1))) as url:
        assert failure_of(SOON, url) == "soap-unreachable"


def test_a_service_that_is_not_there_is_unreachable() -> None:
    assert failure_of(SOON, f"http://127.0.0.1:{free_port()}/slo") == "soap-unreachable"


def test_one_that_does_not_answer_in_time_is_silent() -> None:
    released = threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        released.wait(5)

    with a_service(wait) as url:
        assert failure_of(SOON, url) == "soap-silent"
        released.set()


def test_one_that_sends_a_byte_now_and_then_is_cut_off() -> None:
    released = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not released.wait(0.1):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    with a_service(trickle) as url:
        assert failure_of(SOON, url) == "soap-silent"
        released.set()


def test_it_trusts_no_certificate_that_nobody_has_signed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/slo"
        assert failure_of(SOON, url) == "soap-silent"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/slo", "file:///etc/passwd", "slo"])
def test_it_goes_to_http_addresses_alone(url: str) -> None:
    assert failure_of(SOON, url) == "soap-unreachable"
