"""Levels of assurance, and the authentication context class that states each one.

Classes: SAML Authentication Context §3.4.  The mapping to levels is
ID-porten's: 3 is eIDAS "substantial", 4 is "high".
"""

from enum import IntEnum

from metadata import names


class Level(IntEnum):
    """How sure we are that this is the person; ordered, so levels can be compared."""

    SUBSTANTIAL = 3
    HIGH = 4

    @property
    def context_class(self) -> str:
        return _CLASS_OF[self]


_CLASS_OF = {
    Level.SUBSTANTIAL: names.PASSWORD_PROTECTED_TRANSPORT,
    Level.HIGH: names.SMARTCARD_PKI,
}
_LEVEL_OF = {context_class.lower(): level for level, context_class in _CLASS_OF.items()}
_LEVEL_OF[names.UNSPECIFIED_CONTEXT.lower()] = Level.SUBSTANTIAL


def level_of(context_class: str) -> Level | None:
    """The level that a class stands for; None for a class we do not know.

    Agencies' software pads the value with white space and spells `unspecified`
    with a capital U, so neither is held against them.
    """
    return _LEVEL_OF.get(context_class.strip().lower())
