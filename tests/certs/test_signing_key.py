"""Signing bytes, and only with algorithms that belong to the key."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey, SignatureAlgorithm, UnfitAlgorithm, UnfitKey

KEYS = Path(__file__).parent.parent / "vectors" / "keys"


def rsa_key() -> PemSigningKey:
    return PemSigningKey.from_pem(
        (KEYS / "test-only-registered.key.pem").read_bytes(),
        (KEYS / "test-only-registered.crt.pem").read_bytes(),
    )


@pytest.fixture
def ec_key(tmp_path: Path) -> PemSigningKey:
    return make_key(tmp_path, "assertion", KeyKind.P_256, "x", datetime(2026, 1, 1, tzinfo=UTC))


def test_an_rsa_key_signs_with_pkcs1() -> None:
    key = rsa_key()
    value = key.sign(SignatureAlgorithm.RSA_SHA512, b"hei")
    public = key.certificate.public_key
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(value, b"hei", padding.PKCS1v15(), hashes.SHA512())


def test_an_ec_key_signs_with_two_numbers_of_the_curves_length(ec_key: PemSigningKey) -> None:
    value = ec_key.sign(SignatureAlgorithm.ECDSA_SHA256, b"hei")
    assert len(value) == 64
    public = ec_key.certificate.public_key
    assert isinstance(public, ec.EllipticCurvePublicKey)
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    public.verify(encode_dss_signature(r, s), b"hei", ec.ECDSA(hashes.SHA256()))


def test_it_knows_its_own_algorithm(ec_key: PemSigningKey) -> None:
    assert rsa_key().algorithm is SignatureAlgorithm.RSA_SHA256
    assert ec_key.algorithm is SignatureAlgorithm.ECDSA_SHA256


def test_it_refuses_the_algorithm_of_another_kind(ec_key: PemSigningKey) -> None:
    with pytest.raises(UnfitAlgorithm):
        rsa_key().sign(SignatureAlgorithm.ECDSA_SHA256, b"hei")
    with pytest.raises(UnfitAlgorithm):
        ec_key.sign(SignatureAlgorithm.RSA_SHA256, b"hei")


def test_it_refuses_the_certificate_of_another_key() -> None:
    with pytest.raises(UnfitKey):
        PemSigningKey.from_pem(
            (KEYS / "test-only-registered.key.pem").read_bytes(),
            (KEYS / "test-only-foreign.crt.pem").read_bytes(),
        )


def test_it_refuses_what_is_no_key() -> None:
    with pytest.raises(UnfitKey):
        PemSigningKey.from_pem(b"hei", (KEYS / "test-only-foreign.crt.pem").read_bytes())


def test_it_does_not_show_the_key() -> None:
    assert "private" not in repr(rsa_key()).lower()
