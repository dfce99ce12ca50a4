"""The registered keys that a signature may be by; no other key is ever tried."""

from collections.abc import Sequence

from certs.certificate import Certificate
from metadata.algorithms import NEEDS_OF
from metadata.signature_shape import BadSignature


def fit_for(certificates: Sequence[Certificate], algorithm: str) -> list[Certificate]:
    """Those whose kind of key the algorithm uses, so that no key is used as another kind."""
    if not certificates:
        raise BadSignature("signature-no-key", "no signing certificate is registered")
    needs = NEEDS_OF[algorithm]
    fit = [one for one in certificates if one.key_kind == needs.key_kind]
    if not fit:
        raise BadSignature(
            "signature-wrong-key",
            f"signed with an {needs.key_kind} key, but the registered certificates "
            f"{fingerprints(certificates)} hold none",
        )
    return fit


def fingerprints(certificates: Sequence[Certificate]) -> str:
    return ", ".join(f"SHA-256 {one.fingerprint}" for one in certificates)
