"""A small mail server: enough of RFC 5321 to take a message, or to refuse one."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedRWPair


@dataclass
class SmtpPeer:
    port: int
    taken: list[str] = field(default_factory=list)
    recipient_answer: str = "250 ok"
    hangs_up_after_data: bool = False

    def serve(self, link: socket.socket) -> None:
        with link, link.makefile("rwb") as lines, suppress(OSError):
            _say(lines, "220 peer")
            while line := lines.readline():
                if not self._attend(lines, line.decode().strip()):
                    return

    def _attend(self, lines: BufferedRWPair, line: str) -> bool:
        word = line.split(":")[0].upper()
        if word == "DATA":
            _say(lines, "354 go on")
            text = b"".join(iter(lines.readline, b".\r\n"))
            self.taken.append(text.decode())
            if self.hangs_up_after_data:
                return False
            _say(lines, "250 taken")
        elif word == "RCPT TO":
            _say(lines, self.recipient_answer)
        elif word == "QUIT":
            return False
        else:
            _say(lines, "250 peer")
        return True


def _say(lines: BufferedRWPair, text: str) -> None:
    lines.write(f"{text}\r\n".encode())
    lines.flush()


@contextmanager
def smtp_peer() -> Iterator[SmtpPeer]:
    listener = socket.create_server(("0.0.0.0", 0))
    peer = SmtpPeer(listener.getsockname()[1])

    def accept() -> None:
        with suppress(OSError):
            while True:
                link, _ = listener.accept()
                threading.Thread(target=peer.serve, args=(link,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield peer
    finally:
        listener.close()
