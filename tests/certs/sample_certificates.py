"""Certificates by number, for what looks at nothing but which is which."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from certs.certificate import Certificate
from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey


@cache
def key(number: int, kind: KeyKind = KeyKind.P_256) -> PemSigningKey:
    with tempfile.TemporaryDirectory() as folder:
        made_at = datetime(2026, 1, 1, tzinfo=UTC)
        return make_key(Path(folder), "assertion", kind, f"TEST ONLY {number}", made_at)


def certificate(number: int) -> Certificate:
    return key(number).certificate
