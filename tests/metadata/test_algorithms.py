"""Which algorithm is agreed on, and until when an old one is accepted."""

import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from certs.make_key import KeyKind
from certs.signing_key import PemSigningKey, SignatureAlgorithm
from metadata import names
from metadata.algorithms import (
    ACCEPTED_OF_ALL,
    EXCEPTIONS,
    PREFERRED_DIGESTS,
    PREFERRED_SIGNATURES,
    accepted_at,
    agreed,
)
from metadata.signature import enveloped
from tests.certs.sample_certificates import key as a_key
from tests.metadata.sample_keys import ec_key, rsa_key
from tests.metadata.test_signature import a_message, verify_by_xmlsec
from tests.needed import program

RSA, EC = rsa_key(), ec_key()
P_384 = a_key(384, KeyKind.P_384)


@pytest.mark.parametrize(
    ("key", "signing", "digests", "expected"),
    [
        (RSA, (), (), "rsa-sha256"),
        (EC, (), (), "ecdsa-sha256"),
        (P_384, (), (), "ecdsa-sha384"),
        (RSA, (names.RSA_SHA512, names.RSA_SHA256), (), "rsa-sha512"),
        (RSA, (names.ECDSA_SHA256, names.RSA_SHA384), (), "rsa-sha384"),
        (EC, (names.RSA_SHA256, names.ECDSA_SHA384), (), "ecdsa-sha384"),
        (RSA, (names.RSA_SHA256, names.RSA_SHA512), (names.SHA512,), "rsa-sha512"),
        (RSA, (names.RSA_SHA384,), (names.SHA256,), "rsa-sha384"),
        (RSA, (), (names.SHA384,), "rsa-sha384"),
        (RSA, (), (names.SHA512, names.SHA256), "rsa-sha256"),
        (RSA, (names.RSA_SHA1,), (names.SHA1,), "rsa-sha256"),
        (EC, (names.RSA_SHA256,), (), "ecdsa-sha256"),
        (RSA, ("urn:other",), ("urn:other",), "rsa-sha256"),
    ],
)
def test_the_first_that_our_key_can_do_is_agreed_on(
    key: PemSigningKey, signing: tuple[str, ...], digests: tuple[str, ...], expected: str
) -> None:
    assert agreed(key, signing, digests) == expected


@pytest.mark.parametrize("algorithm", list(SignatureAlgorithm))
@pytest.mark.parametrize("kind", [KeyKind.RSA_2048, KeyKind.P_256, KeyKind.P_384])
def test_xmlsec_verifies_each_algorithm_by_each_kind_of_key(
    algorithm: SignatureAlgorithm, kind: KeyKind, tmp_path: Path
) -> None:
    key = a_key(1000, kind)
    if algorithm.key_kind != key.certificate.key_kind:
        return
    document = enveloped(*a_message(), "_1", key, algorithm)
    verify_by_xmlsec(document, key)
    verify_by_program(document, key, tmp_path)


def verify_by_program(document: bytes, key: PemSigningKey, folder: Path) -> None:
    (folder / "message.xml").write_bytes(document)
    (folder / "certificate.der").write_bytes(key.certificate.der)
    kinds = "rsa" if key.certificate.key_kind == "RSA" else "ecdsa"
    command = [program("xmlsec1"), "--verify", "--enabled-key-data", kinds]
    command += ["--pubkey-cert-der", str(folder / "certificate.der")]
    command += ["--id-attr:ID", "Response", str(folder / "message.xml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_we_say_that_we_accept_we_accept() -> None:
    assert set(PREFERRED_SIGNATURES) == names.ACCEPTED_SIGNATURES
    assert set(PREFERRED_DIGESTS) == names.ACCEPTED_DIGESTS


# --- exceptions -------------------------------------------------------------------------------


def last_day(now: datetime, days: int) -> date:
    return now.date() + timedelta(days=days)


def test_an_exception_holds_until_its_last_day_has_gone(now: datetime) -> None:
    late = now.replace(hour=23, minute=59)
    granted = [(names.RSA_SHA1, last_day(now, 0))]
    assert names.RSA_SHA1 in accepted_at(granted, late).signatures
    assert accepted_at(granted, late + timedelta(minutes=1)) == ACCEPTED_OF_ALL


def test_an_old_signature_brings_its_digest_along_and_no_cipher(now: datetime) -> None:
    accepted = accepted_at([(names.RSA_SHA1, last_day(now, 9))], now)
    assert accepted.digests == names.ACCEPTED_DIGESTS | {names.SHA1}
    assert accepted.contents == frozenset()


def test_an_old_cipher_brings_no_signature_along(now: datetime) -> None:
    accepted = accepted_at([(names.AES128_CBC, last_day(now, 9))], now)
    assert accepted.contents == {names.AES128_CBC}
    assert accepted.signatures == names.ACCEPTED_SIGNATURES


@pytest.mark.parametrize("never", [names.RSA_1_5, names.TRIPLE_DES_CBC, "urn:hmac"])
def test_for_some_there_is_no_exception(now: datetime, never: str) -> None:
    assert never not in EXCEPTIONS.values()
    accepted = accepted_at([(never, last_day(now, 9))], now)
    assert accepted == ACCEPTED_OF_ALL
