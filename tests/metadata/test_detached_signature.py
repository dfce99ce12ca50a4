"""The signature of a Redirect query is over bytes, and verified over those bytes."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certs.signing_key import PemSigningKey, SignatureAlgorithm
from metadata import names
from metadata.signature import URI_OF, BadSignature, verify_detached
from tests.metadata.sample_keys import ec_key, raw_rsa, rsa_key

QUERY = b"SAMLRequest=abc&SigAlg=def"
CERTIFICATES = [rsa_key("foreign").certificate, ec_key().certificate, rsa_key().certificate]


def refusal(signature: bytes, algorithm: str, *keys: PemSigningKey) -> str:
    with pytest.raises(BadSignature) as caught:
        verify_detached(QUERY, signature, algorithm, [one.certificate for one in keys])
    return caught.value.code


@pytest.mark.parametrize("algorithm", list(SignatureAlgorithm))
def test_it_tells_whose_key_signed(algorithm: SignatureAlgorithm) -> None:
    key = rsa_key() if algorithm.key_kind == "RSA" else ec_key()
    signature = key.sign(algorithm, QUERY)
    found = verify_detached(QUERY, signature, URI_OF[algorithm], CERTIFICATES)
    assert found == key.certificate


def test_it_takes_an_ec_signature_in_der_too() -> None:
    value = ec_key().sign(SignatureAlgorithm.ECDSA_SHA256, QUERY)
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    der = encode_dss_signature(r, s)
    assert verify_detached(QUERY, der, names.ECDSA_SHA256, CERTIFICATES) == ec_key().certificate


def test_it_refuses_other_bytes() -> None:
    signature = rsa_key().sign(SignatureAlgorithm.RSA_SHA256, QUERY + b" ")
    assert refusal(signature, names.RSA_SHA256, rsa_key()) == "signature-invalid"


@pytest.mark.parametrize("signature", [b"", b"x", b"\0" * 64, b"\xff" * 256])
@pytest.mark.parametrize("algorithm", [names.RSA_SHA256, names.ECDSA_SHA256])
def test_it_refuses_what_is_no_signature(signature: bytes, algorithm: str) -> None:
    assert refusal(signature, algorithm, rsa_key(), ec_key()) == "signature-invalid"


def test_it_refuses_another_key() -> None:
    signature = rsa_key("foreign").sign(SignatureAlgorithm.RSA_SHA256, QUERY)
    assert refusal(signature, names.RSA_SHA256, rsa_key()) == "signature-invalid"


def test_it_refuses_the_algorithm_of_another_kind_of_key() -> None:
    signature = rsa_key().sign(SignatureAlgorithm.RSA_SHA256, QUERY)
    assert refusal(signature, names.ECDSA_SHA256, rsa_key()) == "signature-wrong-key"


@pytest.mark.parametrize("algorithm", ["", "none", names.RSA_SHA1, names.SHA256])
def test_it_refuses_algorithms_that_are_not_accepted(algorithm: str) -> None:
    assert refusal(b"", algorithm, rsa_key()) == "signature-algorithm"


def test_without_a_registered_key_nothing_passes() -> None:
    assert refusal(b"", names.RSA_SHA256) == "signature-no-key"


def test_an_exception_lets_sha1_in() -> None:
    signature = raw_rsa().sign(QUERY, padding.PKCS1v15(), hashes.SHA1())
    accepted = {names.RSA_SHA1}
    found = verify_detached(QUERY, signature, names.RSA_SHA1, CERTIFICATES, accepted)
    assert found == rsa_key().certificate
