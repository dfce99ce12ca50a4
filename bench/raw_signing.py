"""The yardstick: one raw signature by `cryptography` with the very key of the hub."""

import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

SIGNED_INFO = bytes(600)  # about the size of a canonical SignedInfo
ROUNDS = 8
SECONDS_OF_ROUND = 0.02


def microseconds(key_file: Path) -> float:
    """Processor time of one signature, the least of several rounds."""
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    return min(round_of(key) for _ in range(ROUNDS))


def round_of(key: object) -> float:
    signatures = 0
    began = now = time.thread_time()
    while now - began < SECONDS_OF_ROUND:
        sign(key)
        signatures += 1
        now = time.thread_time()
    return (now - began) / signatures * 1e6


def sign(key: object) -> bytes:
    match key:
        case rsa.RSAPrivateKey():
            return key.sign(SIGNED_INFO, padding.PKCS1v15(), hashes.SHA256())
        case ec.EllipticCurvePrivateKey():
            return key.sign(SIGNED_INFO, ec.ECDSA(hashes.SHA256()))
    raise TypeError(f"no signing with {type(key).__name__}")
