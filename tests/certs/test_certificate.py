"""What a certificate tells of itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID, ObjectIdentifier

from certs.certificate import Certificate, NotACertificate

PEM = (
    Path(__file__).parent.parent / "vectors" / "keys" / "test-only-registered.crt.pem"
).read_text()
START = datetime(2026, 1, 1, tzinfo=UTC)
ORGANISATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")


def a_certificate(
    names: dict[ObjectIdentifier, str],
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | None = None,
) -> Certificate:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=10))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return Certificate.from_der(made.public_bytes(serialization.Encoding.DER))


def test_it_reads_the_same_from_pem_base64_and_der() -> None:
    certificate = Certificate.from_pem(PEM)
    spaced = "\n  ".join(certificate.base64[i : i + 40] for i in range(0, 2000, 40))
    assert Certificate.from_base64(spaced) == certificate
    assert Certificate.from_der(certificate.der) == certificate
    assert hash(Certificate.from_pem(PEM.encode())) == hash(certificate)


def test_it_tells_name_key_hash_and_fingerprint() -> None:
    certificate = Certificate.from_pem(PEM)
    assert certificate.subject == certificate.issuer == "CN=TEST ONLY registered"
    assert (certificate.key_kind, certificate.key_bits) == ("RSA", 2048)
    assert certificate.signature_hash == "sha256"
    assert len(certificate.fingerprint) == 64


def test_its_base64_is_one_line() -> None:
    assert "\n" not in Certificate.from_pem(PEM).base64


def test_it_is_valid_between_its_dates_only() -> None:
    certificate = a_certificate({NameOID.COMMON_NAME: "x"})
    assert certificate.valid_at(START)
    assert certificate.valid_at(certificate.not_after)
    assert not certificate.valid_at(START - timedelta(seconds=1))
    assert not certificate.valid_at(certificate.not_after + timedelta(seconds=1))


def test_it_names_a_kind_of_key_that_we_do_not_use() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    certificate = a_certificate({NameOID.COMMON_NAME: "x"}, key)
    assert (certificate.key_kind, certificate.key_bits) == ("Ed25519", 0)
    assert certificate.signature_hash == "unknown"


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ({NameOID.SERIAL_NUMBER: "987654321"}, "987654321"),
        ({NameOID.ORGANIZATION_NAME: "Lånekassen - 123456789"}, "123456789"),
        ({ORGANISATION_IDENTIFIER: "NTRNO-123456789"}, "123456789"),
        ({NameOID.SERIAL_NUMBER: "UN:NO-12345"}, None),
        ({NameOID.ORGANIZATION_NAME: "Etat 123456789"}, None),
        ({NameOID.COMMON_NAME: "123456789"}, None),
    ],
)
def test_it_finds_the_organisation_number(
    names: dict[ObjectIdentifier, str], number: str | None
) -> None:
    assert a_certificate(names).organisation_number == number


@pytest.mark.parametrize("text", ["", "not base64!", "aGVp", "æøå"])
def test_it_refuses_base64_that_is_no_certificate(text: str) -> None:
    with pytest.raises(NotACertificate):
        Certificate.from_base64(text)


@pytest.mark.parametrize("pem", ["", "hei", PEM.replace("CERTIFICATE", "PRIVATE KEY"), b"\xff"])
def test_it_refuses_pem_without_a_certificate(pem: str | bytes) -> None:
    with pytest.raises(NotACertificate):
        Certificate.from_pem(pem)
