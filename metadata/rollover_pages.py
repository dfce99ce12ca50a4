"""The metadata key's own change, for whoever pins its certificate.

`/saml/metadata/certificates.pem`: the certificate that our metadata is signed with, and the
next one before it is used.  `/saml/metadata/next`: our metadata signed with the next key
already, so that software can be tried with it.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort

from certs.signing_key import SigningKey
from metadata.build import IdpDescription
from metadata.publish import MAX_AGE, Press, answer

PEM: str = "application/x-pem-file"


def rollover_pages(
    signing: SigningKey,
    coming: SigningKey | None,
    describe: Callable[[], IdpDescription],
    now: Callable[[], datetime],
) -> Blueprint:
    pages = Blueprint("metadata_rollover", __name__)
    press = Press(coming, now) if coming is not None else None
    parts = [told(signing, "signs our metadata")]
    if coming is not None:
        parts.append(told(coming, "is to sign our metadata next"))

    @pages.get("/saml/metadata/certificates.pem")
    def certificates() -> Response:
        response = Response("\n".join(parts), content_type=PEM)
        response.cache_control.public = True
        response.cache_control.max_age = int(MAX_AGE.total_seconds())
        return response

    @pages.get("/saml/metadata/next")
    def rehearsed() -> Response:
        if press is None:
            abort(404)
        return answer(press.edition("next", describe()))

    return pages


def told(key: SigningKey, what: str) -> str:
    """A certificate with a line above it, which readers of PEM pass over."""
    certificate = key.certificate
    return f"SHA-256 {certificate.fingerprint}: {what}\n{certificate.pem}"
