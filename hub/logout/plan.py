"""What a logout does next, and what it may say of each service.  Pure.

Profiles §4.4.3 and §4.4.4.  A service counts as logged out on its own signed word
alone; everything else is told as what it is.  How a message travels is not known
here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.saml.response import SUCCESS, Status
from hub.seams.logouts import LegState, LogoutLeg
from metadata import names
from metadata.description import Endpoint
from sp_registry.service_provider import ServiceProvider

LEG_TIME = timedelta(seconds=5)  # after which a service that was asked counts as silent
FRONT_CHANNEL = (names.HTTP_REDIRECT, names.HTTP_POST)  # the first is preferred

PARTIAL = Status(
    names.SUCCESS, names.PARTIAL_LOGOUT, "Not every other service has confirmed the logout."
)
UNKNOWN = Status(
    names.REQUESTER,
    names.UNKNOWN_PRINCIPAL,
    "No session of this service provider has this NameID and SessionIndex.",
)


class Verdict(StrEnum):
    """What the page says of a service."""

    OUT = "out"
    NOT_YET = "not-yet"
    PENDING = "pending"  # asked a moment ago
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    ERROR = "error"  # its signed answer is not Success
    CANNOT = "cannot"  # publishes no address for it, or is registered no more


@dataclass(frozen=True, slots=True)
class Way:
    """How one leg can be asked: by the hub at once, and by the browser after that."""

    leg: LogoutLeg
    sp: ServiceProvider | None  # None: not registered, or not trusted any more
    soap: Endpoint | None = None
    front: Endpoint | None = None


def way_of(leg: LogoutLeg, sp: ServiceProvider | None, now: datetime) -> Way:
    """The registered addresses of today, as its policy wishes to be told.

    A suspended service is told nothing.
    """
    if sp is None or not sp.is_trusted_at(now):
        return Way(leg, None)
    wish = sp.policy.logout_wish
    published = {endpoint.binding: endpoint for endpoint in reversed(sp.description.logout)}
    front = [published[binding] for binding in FRONT_CHANNEL if binding in published]
    soap = published.get(names.SOAP_BINDING) if wish in ("any", "soap") else None
    return Way(leg, sp, soap, front[0] if front and wish in ("any", "browser") else None)


def verdict(way: Way, now: datetime) -> Verdict:
    match way.leg.state:
        case LegState.CONFIRMED | LegState.ASKING:
            return Verdict.OUT
        case LegState.REFUSED:
            return Verdict.ERROR
        case LegState.SILENT:
            return Verdict.SILENT
        case LegState.UNREACHABLE:
            return Verdict.UNREACHABLE
        case LegState.WAITING:
            return Verdict.CANNOT if way.front is None and way.soap is None else Verdict.NOT_YET
        case LegState.ASKED:
            asked_at = way.leg.asked_at
            is_late = asked_at is None or now >= asked_at + LEG_TIME
            return Verdict.SILENT if is_late else Verdict.PENDING


def is_to_be_walked(way: Way) -> bool:
    """True for what the extra window has yet to try; the back channel's failures too."""
    if way.front is None:
        return False
    failed_by_soap = way.leg.channel == names.SOAP_BINDING and way.leg.state in (
        LegState.SILENT,
        LegState.UNREACHABLE,
    )
    return way.leg.state == LegState.WAITING or failed_by_soap


def others(legs: Sequence[LogoutLeg]) -> tuple[LogoutLeg, ...]:
    """The participants to be told: not those that their service ends by itself."""
    return tuple(leg for leg in legs if leg.state != LegState.ASKING)


def is_complete(legs: Sequence[LogoutLeg]) -> bool:
    return all(leg.state == LegState.CONFIRMED for leg in others(legs))


def status_of(legs: Sequence[LogoutLeg]) -> Status:
    """The hub's own session is over, so Success; PartialLogout beneath it says the rest."""
    return SUCCESS if is_complete(legs) else PARTIAL


def answer_endpoint(sp: ServiceProvider, asked_by: str) -> Endpoint | None:
    """Where the asking service takes its answer by the browser: as it asked, if it can."""
    front = [one for one in sp.description.logout if one.binding in FRONT_CHANNEL]
    same = [one for one in front if one.binding == asked_by]
    return next(iter(same or front), None)
