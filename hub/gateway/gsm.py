"""The alphabet of text messages: GSM 03.38 with its extension, else UCS-2.

A message in the default alphabet has 160 places, in UCS-2 seventy.  Æ, ø and å are in
the default alphabet; the Sámi letters č, đ, ŋ, š, ŧ and ž are not.  Shift tables for
other languages are not used.
"""

# One character a code, from 0x00; the escape at 0x1B stands for itself.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F,
    "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
CODES = {character: code for code, character in enumerate(BASIC) if code != ESCAPE}
LONGEST_GSM, LONGEST_UCS2 = 160, 70
# What word processors make of plain signs.
PLAIN = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "–": "-", "—": "-"})


def plain(text: str) -> str:
    """The same text without the quotation marks and dashes that phones' alphabet lacks."""
    return text.translate(PLAIN)


def is_gsm(text: str) -> bool:
    return all(character in CODES or character in EXTENSION for character in text)


def encoded(text: str) -> bytes:
    """One byte a place, as SMPP's default alphabet has it; raises KeyError for other letters."""
    coded = bytearray()
    for character in text:
        if character in CODES:
            coded.append(CODES[character])
        else:
            coded += bytes((ESCAPE, EXTENSION[character]))
    return bytes(coded)


def places(text: str) -> int:
    """How many places a text takes in the alphabet that it needs."""
    if is_gsm(text):
        return len(encoded(text))
    return len(text.encode("utf-16-be")) // 2


def longest(text: str) -> int:
    return LONGEST_GSM if is_gsm(text) else LONGEST_UCS2


def shortened(before: str, text: str, after: str) -> str:
    """All three as one message; if they are too long for one, the middle is cut."""
    text = plain(text)
    while places(before + text + after) > longest(before + text + after) and text:
        text = text[:-1].rstrip()
    return before + text + after
