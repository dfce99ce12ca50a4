"""A print office in tests: a real store and a real typesetter, a register that says what
it is told to, and a printer that opens what it gets."""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from cryptography import x509
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LTTextLine

from certs.make_key import KeyKind, make_key
from hub.letters.printing import Office
from hub.letters.sealing import opened, read_certificate
from hub.outside.typesetter import TypstTypesetter
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store
from tests.builders import MOMENT
from tests.fakes import FixedClock

MM = 72 / 25.4
PAPER_HEIGHT = 297
FOLD = 148.5


class PrintProvider:
    """Has the key that opens letters."""

    def __init__(self, folder: Path) -> None:
        make_key(folder, "printer", KeyKind.RSA_2048, "printer", MOMENT, 1)
        self.certificate: x509.Certificate = read_certificate(
            (folder / "printer-1.crt.pem").read_bytes(), MOMENT
        )
        self._key = (folder / "printer-1.key.pem").read_bytes()

    def opened(self, sealed: bytes) -> bytes:
        return opened(sealed, self.certificate, self._key)

    def letters_in(self, folder: Path) -> Iterator[tuple[str, bytes]]:
        """(id, PDF) of every letter of every batch, as the manifests name them."""
        for batch in sorted(folder.glob("*.zip")):
            with zipfile.ZipFile(batch) as file:
                for letter in json.loads(file.read("manifest.json"))["letters"]:
                    yield letter["id"], self.opened(file.read(letter["file"]))


@cache
def typesetter() -> TypstTypesetter:
    return TypstTypesetter()


def an_office(
    store: Store, provider: PrintProvider, register: PopulationRegister, now: datetime
) -> Office:
    clock = FixedClock(now)
    return Office(
        store, register, typesetter(), provider.certificate, clock, ("support@minid.test",)
    )


def text_of(pdf: bytes) -> str:
    return extract_text(BytesIO(pdf))


def text_lines(part: object) -> Iterator[LTTextLine]:
    if isinstance(part, LTTextLine):
        yield part
    elif hasattr(part, "__iter__"):
        for each in part:
            yield from text_lines(each)


def lines(pdf: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """(text, left, right, top, bottom) of every line, in mm from the upper left corner."""
    for page in extract_pages(BytesIO(pdf)):
        for line in text_lines(page):
            x0, y0, x1, y1 = (edge / MM for edge in line.bbox)
            yield line.get_text().strip(), x0, x1, PAPER_HEIGHT - y1, PAPER_HEIGHT - y0


def codes_on(pdf: bytes) -> dict[int, str]:
    """The codes by number, read as people do: down each column, from the left."""
    found = [
        (round(line.x1), -line.y0, code)
        for line in text_lines(extract_pages(BytesIO(pdf)))
        for code in re.findall(r"\b\d{6}\b", line.get_text())
    ]
    return {number: code for number, (_x, _y, code) in enumerate(sorted(found), start=1)}
