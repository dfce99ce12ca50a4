"""A process of its own that is killed at a moment a test can name."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from certs.certificate import Certificate
from certs.signing_key import SignatureAlgorithm, SigningKey


@dataclass(frozen=True)
class StuckKey:
    """A key whose process never comes back from signing, and says so."""

    key: SigningKey
    told_at: int

    @property
    def certificate(self) -> Certificate:
        return self.key.certificate

    @property
    def algorithm(self) -> SignatureAlgorithm:
        return self.key.algorithm

    def sign(self, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        os.write(self.told_at, b"signs")
        signal.pause()
        return b""


def killed_while_it_signs(key: SigningKey, act: Callable[[SigningKey], object]) -> None:
    """Do this in a process of its own, and kill that once it is about to sign."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act(StuckKey(key, writing))
        finally:
            os._exit(1)  # it must not go on with the other tests
    os.close(writing)  # or a child that fails would be waited for without end
    told = os.read(reading, 5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    assert told == b"signs"
