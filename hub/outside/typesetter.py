"""Letters set by typst: one compiler for all, and everything in memory.

typst is in the extra `letters` and is loaded only where letters are printed.  Its errors
quote the text at fault, a name or an address, so none of them goes on.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from hub.errors import HubError, OutsideFailed

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates" / "letters"
FONTS = ROOT / "static" / "vendor"
STANDARDS = ["1.7", "ua-1"]  # with UA-1 a letter that the font lacks is an error, and no box
TOO_LARGE = "address-too-large"  # what the template stops with


class Unprintable(OutsideFailed):
    """This text cannot be set as a letter; trying again does not help."""

    code = "letter-unprintable"


class TypstTypesetter:
    def __init__(self) -> None:
        if find_spec("typst") is None:
            raise HubError(
                "letters need typst: pip install 'minid-hub[letters]'", "extra-missing"
            )
        self._typst = import_module("typst")
        self._templates = {path.stem: path.read_bytes() for path in TEMPLATES.glob("*.typ")}
        self._compiler = self._typst.Compiler(
            root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
        )

    def pdf(self, letter: str, template: str) -> bytes:
        try:
            made: bytes = self._compiler.compile(
                input=self._templates[template],
                format="pdf",
                pdf_standards=STANDARDS,
                sys_inputs={"letter": letter},
            )
        except self._typst.TypstError as fault:
            raise Unprintable(*_what_is_wrong(str(fault))) from None
        return made


def _what_is_wrong(message: str) -> tuple[str, bool, str]:
    if TOO_LARGE in message:
        return "the address does not fit the window", True, TOO_LARGE
    if "could not be displayed with font" in message:
        return "the font lacks a letter of the name or address", True, "glyph-missing"
    return "typst cannot set the letter", True, Unprintable.code
