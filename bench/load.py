"""Send requests over kept connections, from a process of its own.

A plain client in Python: what it costs is its own affair, since the server's processor
time is read from the server's processes.  Latency is counted from the moment at which a
request was due, so a server that stalls cannot hide it by being asked less.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

END_OF_HEADERS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer: when it came, counted from when it was due, and what it was."""

    seconds: float
    status: bytes
    body: bytes


def send(
    port: int, cookie: str, paths: Sequence[str], connections: int, per_second: float | None
) -> list[Sent]:
    """Ask for every path, as fast as it goes or at an even pace; the answers in order."""
    answers: list[Sent | None] = [None] * len(paths)
    turns = iter(range(len(paths)))
    lock = threading.Lock()
    begin = time.perf_counter() + 0.05

    def work() -> None:
        with Connection(port, cookie) as connection:
            for turn in taken(turns, lock):
                due = begin + turn / per_second if per_second else time.perf_counter()
                time.sleep(max(0.0, due - time.perf_counter()))
                status, body = connection.get(paths[turn])
                answers[turn] = Sent(time.perf_counter() - due, status, body)

    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(work) for _ in range(connections)]:
            done.result()
    return [answer for answer in answers if answer is not None]


def taken(turns: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    for _ in count():
        with lock:
            turn = next(turns, None)
        if turn is None:
            return
        yield turn


class Connection:
    """HTTP/1.1 with keep-alive, as much of it as gunicorn's answers need."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._headers = (
            f" HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0\r\n"
            "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
            "Accept-Language: nb,nn;q=0.8,en;q=0.5\r\nSec-Fetch-Site: cross-site\r\n"
            "\r\n"
        ).encode()
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_fault: object) -> None:
        self._close()

    def get(self, path: str) -> tuple[bytes, bytes]:
        question = b"GET " + path.encode() + self._headers
        try:
            return self._asked(question)
        except ConnectionError:  # a kept connection that the server let go of meanwhile
            self._close()
            return self._asked(question)

    def _asked(self, question: bytes) -> tuple[bytes, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(question)
        received = b""
        while END_OF_HEADERS not in received:
            received += self._more()
        head, _, body = received.partition(END_OF_HEADERS)
        length, closes = said(head)
        while len(body) < length:
            body += self._more()
        if closes:
            self._close()
        return head.split(b" ", 2)[1], body

    def _more(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionResetError("the server closed the connection")
        return part

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def said(head: bytes) -> tuple[int, bool]:
    """The length of the body, and whether the server closes the connection after it."""
    headers = {}
    for line in head.lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        headers[name] = value.strip()
    return int(headers.get(b"content-length", b"0")), headers.get(b"connection") == b"close"
