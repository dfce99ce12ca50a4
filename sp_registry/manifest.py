"""What a snapshot consists of, stated and signed.  Pure.

The root is the hash of the sorted hashes of its members; the signature, by the
hub's metadata key, covers the root with the number, the predecessor, the time
and the name of the publisher.  Which snapshot is *in force* is not signed: the
pointer may go back to any that was.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certs.certificate import Certificate
from certs.signing_key import SignatureAlgorithm, SigningKey
from sp_registry import encode
from sp_registry.errors import SnapshotDamaged
from sp_registry.staging import Staged

PURPOSE = "minid-snapshot"  # so that no other signature of the same key fits

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A numbered list of versions.  Only `verified` makes one that may be trusted."""

    number: int
    previous: int  # the one in force when it was published; 0: none
    members: tuple[str, ...] = field(repr=False)  # hashes of versions, sorted
    published_by: str
    published_at: datetime
    note: str
    staged: tuple[Staged, ...] = ()  # by rollout; beside the members, not among them

    @property
    def root(self) -> str:
        return hashlib.sha256("\n".join(self.members).encode()).hexdigest()

    def signed_bytes(self) -> bytes:
        signed = {
            "purpose": PURPOSE,
            "number": self.number,
            "previous": self.previous,
            "root": self.root,
            "published_by": self.published_by,
            "published_at": self.published_at.isoformat(),
            "note": self.note,
        }
        if self.staged:  # else as it was signed before there was any
            signed["staged"] = encode.plain(self.staged)
        return encode.canonical(signed).encode()


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest as it is stored, not yet trusted."""

    manifest: Manifest
    claimed_root: str
    algorithm: str
    signature: bytes = field(repr=False)


def sign(manifest: Manifest, key: SigningKey) -> SignedManifest:
    signature = key.sign(key.algorithm, manifest.signed_bytes())
    return SignedManifest(manifest, manifest.root, key.algorithm.value, signature)


def verified(signed: SignedManifest, certificates: Sequence[Certificate]) -> Manifest:
    """The manifest, if its root is right and one of these keys signed it.

    Raises SnapshotDamaged.  The dates of the certificates are not looked at.
    """
    manifest = signed.manifest
    if list(manifest.members) != sorted(set(manifest.members)):
        raise SnapshotDamaged(f"the members of snapshot {manifest.number} are not in order")
    if manifest.root != signed.claimed_root:
        raise SnapshotDamaged(
            f"the members of snapshot {manifest.number} have the root {manifest.root}, "
            f"wanted {signed.claimed_root}"
        )
    if not any(_is_signed_by(certificate, signed) for certificate in certificates):
        raise SnapshotDamaged(
            f"snapshot {manifest.number} is signed by none of the hub's metadata keys "
            f"{[certificate.fingerprint for certificate in certificates]}"
        )
    return manifest


def require_hash(content: str, document: bytes, wanted: str) -> None:
    found = encode.version_hash(content, document)
    if found != wanted:
        raise SnapshotDamaged(f"a version has the hash {found}, wanted {wanted}")


def members_of(hashes_of_versions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(hashes_of_versions)))


def _is_signed_by(certificate: Certificate, signed: SignedManifest) -> bool:
    try:
        algorithm = SignatureAlgorithm(signed.algorithm)
        _check(certificate, algorithm, signed.signature, signed.manifest.signed_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True


def _check(
    certificate: Certificate, algorithm: SignatureAlgorithm, signature: bytes, data: bytes
) -> None:
    digest = _HASHES[algorithm.hash_name]
    match certificate.public_key, algorithm.key_kind:
        case rsa.RSAPublicKey() as key, "RSA":
            key.verify(signature, data, padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as key, "EC":
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))
        case _:
            raise InvalidSignature(f"{algorithm} is not for keys of kind {certificate.key_kind}")
