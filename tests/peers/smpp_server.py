"""A small SMPP 3.4 message centre: bytes read and written here, by no library.

It knows bind, submit_sm, enquire_link, unbind and deliver_sm (SMPP 3.4 §4), so that what
our library sends is read by somebody else.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

RECEIVER, TRANSMITTER, SUBMIT, DELIVER, UNBIND, ENQUIRE = 1, 2, 4, 5, 6, 0x15
ANSWER = 0x80000000
HEADER = struct.Struct(">LLLL")


@dataclass
class SmppPeer:
    port: int
    password: bytes = b"secret"
    status: int = 0  # of submit_sm
    hangs_up: bool = False  # on submit_sm, after it was read
    is_silent: bool = False  # at submit_sm
    given: list[dict[str, object]] = field(default_factory=list)
    binds: list[int] = field(default_factory=list)
    acknowledged: SimpleQueue[int] = field(default_factory=SimpleQueue)  # deliver_sm_resp
    bound: threading.Event = field(default_factory=threading.Event)
    _receivers: list[socket.socket] = field(default_factory=list)
    _sequence: int = 0

    def serve(self, link: socket.socket) -> None:
        with link, suppress(OSError):
            while header := _exactly(link, HEADER.size):
                length, command, status, sequence = HEADER.unpack(header)
                self._attend(link, command, sequence, _exactly(link, length - HEADER.size))

    def tell(self, receipt: bytes) -> None:
        """Send a receipt to the receiver, in the text that SMPP 3.4 appendix B shows."""
        self._sequence += 1
        # service_type, two addresses, esm_class 0x04, the rest empty
        body = b"\0" + b"\0\0\0" + b"\0\0\0" + b"\x04\0\0" + b"\0\0" + b"\0\0\0\0"
        body += bytes((len(receipt),)) + receipt
        for link in self._receivers:
            link.sendall(HEADER.pack(16 + len(body), DELIVER, 0, self._sequence) + body)

    def _attend(self, link: socket.socket, command: int, sequence: int, body: bytes) -> None:
        if command in (RECEIVER, TRANSMITTER):
            _name, password = body.split(b"\0")[:2]
            self.binds.append(command)
            status = 0 if password == self.password else 0x0E
            _say(link, command | ANSWER, status, sequence, b"peer\0")
            if command == RECEIVER and status == 0:
                self._receivers.append(link)
            self.bound.set()
        elif command == SUBMIT:
            self.given.append(read_submit(body))
            if self.hangs_up:
                raise OSError
            if self.is_silent:
                return
            _say(link, SUBMIT | ANSWER, self.status, sequence, b"id%d\0" % len(self.given))
        elif command == DELIVER | ANSWER:
            self.acknowledged.put(sequence)
        elif command in (ENQUIRE, UNBIND):
            _say(link, command | ANSWER, 0, sequence, b"")


def read_submit(body: bytes) -> dict[str, object]:
    """submit_sm, §4.4.1."""
    _service, rest = body.split(b"\0", 1)
    source_ton, rest = rest[0], rest[2:]
    source, rest = rest.split(b"\0", 1)
    rest = rest[2:]
    to, rest = rest.split(b"\0", 1)
    rest = rest[3:]  # esm_class, protocol_id, priority
    _schedule, rest = rest.split(b"\0", 1)
    _validity, rest = rest.split(b"\0", 1)
    registered, _replace, coding, _default, length = rest[:5]
    return {
        "source_ton": source_ton,
        "source": source.decode(),
        "to": to.decode(),
        "registered": registered,
        "coding": coding,
        "text": rest[5 : 5 + length],
        "more": rest[5 + length :],
    }


@contextmanager
def smpp_peer(tls: ssl.SSLContext | None = None) -> Iterator[SmppPeer]:
    listener = socket.create_server(("127.0.0.1", 0))
    peer = SmppPeer(listener.getsockname()[1])
    links: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                link, _ = listener.accept()
                links.append(link)
                threading.Thread(target=serve, args=(link,), daemon=True).start()

    def serve(link: socket.socket) -> None:
        with suppress(OSError):
            peer.serve(tls.wrap_socket(link, server_side=True) if tls else link)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield peer
    finally:
        listener.close()
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)


def _say(link: socket.socket, command: int, status: int, sequence: int, body: bytes) -> None:
    link.sendall(HEADER.pack(16 + len(body), command, status, sequence) + body)


def _exactly(link: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = link.recv(size - len(found))
        if not piece:
            return b""
        found += piece
    return found
