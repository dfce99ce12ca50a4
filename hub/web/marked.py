"""Texts that stand where no reader is known yet."""


def _(msgid: str) -> str:
    """Marks a text for the catalogues; it is translated when its reader is known."""
    return msgid
