"""Which SAML status an accepted request is answered with when it cannot be served.

Core §3.2.2.2.  A fault that is not here is told by a page alone (`hub.error_pages`).
"""

from hub.saml.response import Status
from metadata import names

SAML_STATUS = {
    "name-id-policy": Status(names.REQUESTER, names.INVALID_NAME_ID_POLICY),
    "subject-unknown": Status(names.RESPONDER, names.UNKNOWN_PRINCIPAL),
    "binding-unserved": Status(names.RESPONDER, names.UNSUPPORTED_BINDING),
    "idp-list": Status(names.RESPONDER, names.NO_SUPPORTED_IDP),
    "attribute-index": Status(names.REQUESTER, names.REQUEST_UNSUPPORTED),
    "encryption-method": Status(names.RESPONDER, names.REQUEST_DENIED),
    "encryption-key-transport": Status(names.RESPONDER, names.REQUEST_DENIED),
    "encryption-key-kind": Status(names.RESPONDER, names.REQUEST_DENIED),
    "encryption-failed": Status(names.RESPONDER, names.REQUEST_DENIED),
}


def saml_status_of(code: str, detail: str) -> Status | None:
    """The status that an accepted request is answered with; None: the page alone tells."""
    known = SAML_STATUS.get(code)
    return None if known is None else Status(known.top, known.second, f"{detail} ({code})")
