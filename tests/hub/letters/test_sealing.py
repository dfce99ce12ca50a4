"""Envelopes that the print provider's own software opens, and certificates that are refused."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from certs.make_key import LIFETIME, KeyKind, make_key
from hub.letters.sealing import PrinterUnusable, read_certificate, sealed
from tests.builders import MOMENT
from tests.needed import program


def a_certificate(folder: Path, kind: KeyKind = KeyKind.RSA_2048) -> Path:
    make_key(folder, "printer", kind, "printer", MOMENT, 1)
    return folder / "printer-1.crt.pem"


def test_openssl_opens_an_envelope(tmp_path: Path) -> None:
    pem = a_certificate(tmp_path)
    envelope = tmp_path / "letter.p7m"
    content = b"%PDF\r\n\n\x00" * 1000
    envelope.write_bytes(sealed(content, read_certificate(pem.read_bytes(), MOMENT)))
    key = tmp_path / "printer-1.key.pem"
    command = [program("openssl"), "cms", "-decrypt", "-binary", "-inform", "DER"]
    opened = subprocess.run(
        [*command, "-in", str(envelope), "-recip", str(pem), "-inkey", str(key)],
        capture_output=True, check=True,
    )  # fmt: skip
    assert opened.stdout == content
    assert content[:8] not in envelope.read_bytes()


@pytest.mark.parametrize("later", [timedelta(seconds=-1), LIFETIME])
def test_a_certificate_out_of_its_time_is_refused(tmp_path: Path, later: timedelta) -> None:
    with pytest.raises(PrinterUnusable):
        read_certificate(a_certificate(tmp_path).read_bytes(), MOMENT + later)


def test_a_key_that_nothing_can_be_sealed_to_is_refused(tmp_path: Path) -> None:
    pem = a_certificate(tmp_path, KeyKind.P_256).read_bytes()
    for unusable in (pem, b"no certificate"):
        with pytest.raises(PrinterUnusable):
            read_certificate(unusable, MOMENT)
