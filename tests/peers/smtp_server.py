"""A small mail server: enough of RFC 5321 to take a message, or to refuse one, and of
RFC 3207 to speak TLS from STARTTLS on."""

import socket
import ssl
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
    tls: ssl.SSLContext | None = None  # what STARTTLS begins
    encrypted: list[bool] = field(default_factory=list)  # of each message taken

    def serve(self, link: socket.socket) -> None:
        with suppress(OSError), link:
            with link.makefile("rwb") as lines:
                _say(lines, "220 peer")
                wants_tls = self._converse(lines, is_encrypted=False)
            if wants_tls and self.tls:
                with self.tls.wrap_socket(link, server_side=True) as inner:
                    with inner.makefile("rwb") as lines:
                        self._converse(lines, is_encrypted=True)

    def _converse(self, lines: BufferedRWPair, is_encrypted: bool) -> bool:
        """To the end, or until the client asks for TLS: then True."""
        while line := lines.readline():
            word = line.decode().strip().split(":")[0].upper()
            if word == "STARTTLS" and self.tls and not is_encrypted:
                _say(lines, "220 go on")
                return True
            if not self._attend(lines, word, is_encrypted):
                break
        return False

    def _attend(self, lines: BufferedRWPair, word: str, is_encrypted: bool) -> bool:
        if word == "DATA":
            _say(lines, "354 go on")
            text = b"".join(iter(lines.readline, b".\r\n"))
            self.taken.append(text.decode())
            self.encrypted.append(is_encrypted)
            if self.hangs_up_after_data:
                return False
            _say(lines, "250 taken")
        elif word == "RCPT TO":
            _say(lines, self.recipient_answer)
        elif word == "QUIT":
            return False
        elif word.startswith("EHLO") and self.tls and not is_encrypted:
            _say(lines, "250-peer\r\n250 STARTTLS")
        else:
            _say(lines, "250 peer")
        return True


def _say(lines: BufferedRWPair, text: str) -> None:
    lines.write(f"{text}\r\n".encode())
    lines.flush()


@contextmanager
def smtp_peer(tls: ssl.SSLContext | None = None) -> Iterator[SmtpPeer]:
    listener = socket.create_server(("0.0.0.0", 0))
    peer = SmtpPeer(listener.getsockname()[1], tls=tls)

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
