"""Verify a signature over bytes: that of a query in the HTTP-Redirect binding.

Bindings §3.4.4.1.  Which bytes of the query were signed is known in the hub.
"""

from collections.abc import Collection, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certs.certificate import Certificate
from metadata import names
from metadata.algorithms import NEEDS_OF
from metadata.registered_keys import fingerprints, fit_for
from metadata.signature_shape import BadSignature


def verify_detached(
    data: bytes,
    signature: bytes,
    algorithm_uri: str,
    certificates: Sequence[Certificate],
    accepted: Collection[str] = names.ACCEPTED_SIGNATURES,
) -> Certificate:
    """The certificate whose key signed these bytes (B§3.4.4.1); raises BadSignature.

    For ECDSA both r‖s, as XML Signature has it, and DER are taken: the
    binding does not say which, and both are met.
    """
    if algorithm_uri not in accepted or algorithm_uri not in NEEDS_OF:
        raise BadSignature(
            "signature-algorithm",
            f"SigAlg is {algorithm_uri[:100]!r}; accepted are {', '.join(sorted(accepted))}",
        )
    fit = fit_for(certificates, algorithm_uri)
    for certificate in fit:
        if _verifies_bytes(data, signature, algorithm_uri, certificate):
            return certificate
    raise BadSignature(
        "signature-invalid",
        "the query was altered after signing, or signed with another key than the "
        f"registered {fingerprints(fit)}",
    )


def _verifies_bytes(
    data: bytes, signature: bytes, algorithm: str, certificate: Certificate
) -> bool:
    digest = _HASHES[NEEDS_OF[algorithm].hash_name]
    try:
        match certificate.public_key:
            case rsa.RSAPublicKey() as key:
                key.verify(signature, data, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(_as_der(signature, key.key_size), data, ec.ECDSA(digest))
            case _:
                return False
    except InvalidSignature:
        return False
    return True


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def _as_der(signature: bytes, key_bits: int) -> bytes:
    size = (key_bits + 7) // 8
    if len(signature) != 2 * size:
        return signature
    r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
    return encode_dss_signature(r, s)
