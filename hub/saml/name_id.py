"""Which name identifier the answer carries (Core §3.4.1.1 and §8.3).

The identity number is never a NameID; it is an attribute, under its own rule.
"""

from hub.errors import HubError
from hub.saml.authn_request import AuthnRequest
from metadata import names
from sp_registry.service_provider import ServiceProvider

SUPPORTED = (names.TRANSIENT, names.PERSISTENT)


class InvalidNameIdPolicy(HubError):
    """The policy asks for an identifier that we do not give."""

    code = "name-id-policy"


class UnknownPrincipal(HubError):
    """The request is about a person (its Subject) who is not the one logged in."""

    code = "subject-unknown"


def chosen_format(request: AuthnRequest, sp: ServiceProvider) -> str:
    """Transient or persistent; raises InvalidNameIdPolicy for anything else.

    No format asked: that of the Subject asked about, else the first of the
    metadata's that we support, else transient.
    """
    qualifier = request.sp_name_qualifier
    if qualifier not in (None, "", sp.entity_id):
        raise InvalidNameIdPolicy(
            f"SPNameQualifier {qualifier!r} is not {sp.entity_id!r}; affiliations are not served"
        )
    asked = request.name_id_format
    if asked in (None, names.UNSPECIFIED_NAME_ID):
        listed = (request.subject_format, *sp.description.name_id_formats)
        known = [name for name in listed if name in SUPPORTED]
        return known[0] if known else names.TRANSIENT
    if asked not in SUPPORTED:
        raise InvalidNameIdPolicy(f"the format {asked!r} is not one of {list(SUPPORTED)}")
    return asked


def subject_format(request: AuthnRequest, sp: ServiceProvider, own_entity_id: str) -> str | None:
    """The format that the Subject's identifier is looked up in, None for any.

    Raises UnknownPrincipal if its qualifiers name other providers (C§2.2.2): then
    whatever it says, it is no identifier of ours for this service provider.
    """
    ours, theirs = request.subject_qualifiers
    if ours not in (None, own_entity_id) or theirs not in (None, sp.entity_id):
        raise UnknownPrincipal("the Subject's NameID is qualified by other providers")
    asked = request.subject_format
    return None if asked == names.UNSPECIFIED_NAME_ID else asked
