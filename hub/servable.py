"""Whether a request can be answered as it asks, whoever the person is.

Pure.  Asked before anybody has to log in: a request that cannot be served costs
its person no code.  What is wrong here is told to the service provider by a
status; what depends on the person is found when the answer is made.
"""

from hub.errors import HubError
from hub.saml import attributes, name_id
from hub.saml.accept_request import Examined


def require(examined: Examined, own_entity_id: str) -> None:
    """Raises HubError with the first thing that cannot be done."""
    require_binding(examined)
    require_listed(examined.request.idp_list, own_entity_id)
    name_id.chosen_format(examined.request, examined.sp)
    attributes.requested(examined.sp, examined.request.attribute_index)


def require_binding(examined: Examined) -> None:
    if examined.unserved is not None:
        raise HubError(examined.unserved, "binding-unserved")


def require_listed(idp_list: tuple[str, ...], own_entity_id: str) -> None:
    """Core §3.4.1.3.1: with a list, only those named in it may answer."""
    if idp_list and own_entity_id not in idp_list:
        raise HubError(
            f"the IDPList has {len(idp_list)} other identity providers and not {own_entity_id}",
            "idp-list",
        )
