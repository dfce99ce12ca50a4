"""What the hub's status codes (C§3.2.2.2) mean, in plain Nynorsk for a citizen."""

from collections.abc import Sequence
from typing import Final

_STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"

_MEANINGS: Final = {
    "AuthnFailed": "Du avbraut innlogginga, eller ho lukkast ikkje.",
    "NoAuthnContext": (
        "Tenesta ber om eit tryggleiksnivå som MinID ikkje kan gje. "
        "MinID gjev nivå 3; nivå 4 krev eit smartkort eller liknande."
    ),
    "NoPassive": "Du er ikkje innlogga i MinID, og tenesta bad om å ikkje spørje deg.",
    "RequestDenied": "MinID godtok ikkje førespurnaden frå tenesta.",
    "RequestUnsupported": "Tenesta bad om noko som MinID ikkje kan.",
    "InvalidNameIDPolicy": "Tenesta bad om ein identifikator som MinID ikkje gjev.",
    "UnknownPrincipal": "Tenesta spurde etter ein annan enn den som logga inn.",
}
_OTHERWISE: Final = "MinID svara at innlogginga ikkje gjekk."


def meaning(statuses: Sequence[str]) -> str:
    """The meaning of the innermost code that we have words for."""
    for status in reversed(statuses):
        text = _MEANINGS.get(status.removeprefix(_STATUS))
        if text is not None:
            return text
    return _OTHERWISE
