"""What may be said of each service, and of the whole."""

from datetime import timedelta
from typing import Any

import pytest

from hub.logout import plan as logout_plan
from hub.logout.plan import LEG_TIME, PARTIAL, Verdict
from hub.saml.response import SUCCESS
from hub.seams.logouts import LegState, LogoutLeg
from metadata import names
from metadata.description import Endpoint
from tests.builders import MOMENT, SP, a_policy, a_service_provider

SOAP = Endpoint(names.SOAP_BINDING, f"{SP}/soap")
REDIRECT = Endpoint(names.HTTP_REDIRECT, f"{SP}/redirect")
POST = Endpoint(names.HTTP_POST, f"{SP}/post")


def a_leg(state: LegState = LegState.WAITING, **changes: Any) -> LogoutLeg:
    given: dict[str, Any] = {
        "handle": "h",
        "number": 1,
        "session_id": "s",
        "entity_id": SP,
        "name_id": "_n",
        "name_id_format": names.TRANSIENT,
        "session_index": "_i",
        "state": state,
    }
    return LogoutLeg(**(given | changes))


def a_way(leg: LogoutLeg, *endpoints: Endpoint, **changes: Any) -> logout_plan.Way:
    sp = a_service_provider(logout=endpoints, **changes)
    return logout_plan.way_of(leg, sp, MOMENT)


@pytest.mark.parametrize(
    ("published", "front"),
    [((REDIRECT, POST), REDIRECT), ((POST, REDIRECT), REDIRECT), ((POST,), POST), ((SOAP,), None)],
)
def test_redirect_is_preferred_to_post(
    published: tuple[Endpoint, ...], front: Endpoint | None
) -> None:
    assert a_way(a_leg(), *published).front == front


def test_the_back_channel_is_one_way_and_the_browser_another() -> None:
    way = a_way(a_leg(), REDIRECT, SOAP)
    assert (way.soap, way.front) == (SOAP, REDIRECT)


@pytest.mark.parametrize(
    ("wish", "ways"),
    [("browser", (None, REDIRECT)), ("soap", (SOAP, None)), ("none", (None, None))],
)
def test_a_service_is_told_as_it_wishes(
    wish: str, ways: tuple[Endpoint | None, Endpoint | None]
) -> None:
    way = a_way(a_leg(), REDIRECT, SOAP, policy=a_policy(logout_wish=wish))
    assert (way.soap, way.front) == ways


def test_there_is_no_way_to_a_suspended_service() -> None:
    way = a_way(a_leg(), REDIRECT, SOAP, active=False)
    assert (way.soap, way.front) == (None, None)
    assert logout_plan.verdict(way, MOMENT) == Verdict.CANNOT


def test_there_is_no_way_to_one_that_is_registered_no_more() -> None:
    way = logout_plan.way_of(a_leg(), None, MOMENT)
    assert logout_plan.verdict(way, MOMENT) == Verdict.CANNOT


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (LegState.WAITING, Verdict.NOT_YET),
        (LegState.CONFIRMED, Verdict.OUT),
        (LegState.REFUSED, Verdict.ERROR),
        (LegState.SILENT, Verdict.SILENT),
        (LegState.UNREACHABLE, Verdict.UNREACHABLE),
    ],
)
def test_each_state_has_its_word(state: LegState, verdict: Verdict) -> None:
    assert logout_plan.verdict(a_way(a_leg(state), REDIRECT), MOMENT) == verdict


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (LEG_TIME - timedelta(microseconds=1), Verdict.PENDING),
        (LEG_TIME, Verdict.SILENT),
    ],
)
def test_one_that_was_asked_is_silent_after_its_time(
    after: timedelta, verdict: Verdict
) -> None:
    leg = a_leg(LegState.ASKED, asked_at=MOMENT)
    assert logout_plan.verdict(a_way(leg, REDIRECT), MOMENT + after) == verdict


@pytest.mark.parametrize("state", [LegState.SILENT, LegState.UNREACHABLE])
def test_the_window_tries_where_the_back_channel_has_failed(state: LegState) -> None:
    leg = a_leg(state, channel=names.SOAP_BINDING)
    assert logout_plan.is_to_be_walked(a_way(leg, SOAP, REDIRECT))
    assert not logout_plan.is_to_be_walked(a_way(leg, SOAP))


@pytest.mark.parametrize("state", [LegState.CONFIRMED, LegState.REFUSED, LegState.ASKED])
def test_the_window_tries_nobody_twice(state: LegState) -> None:
    assert not logout_plan.is_to_be_walked(a_way(a_leg(state), REDIRECT))


def test_the_whole_is_a_success_when_all_others_have_confirmed() -> None:
    legs = [a_leg(LegState.ASKING), a_leg(LegState.CONFIRMED)]
    assert logout_plan.status_of(legs) == SUCCESS


@pytest.mark.parametrize(
    "state", sorted(set(LegState) - {LegState.ASKING, LegState.CONFIRMED})
)
def test_anything_else_makes_the_whole_partial(state: LegState) -> None:
    legs = [a_leg(LegState.CONFIRMED), a_leg(state)]
    assert logout_plan.status_of(legs) == PARTIAL


@pytest.mark.parametrize(
    ("asked_by", "published", "answered_at"),
    [
        (names.HTTP_POST, (REDIRECT, POST), POST),
        (names.HTTP_REDIRECT, (POST, REDIRECT), REDIRECT),
        (names.HTTP_POST, (SOAP, REDIRECT), REDIRECT),
        (names.HTTP_POST, (SOAP,), None),
    ],
)
def test_it_answers_as_it_was_asked_where_that_is_published(
    asked_by: str, published: tuple[Endpoint, ...], answered_at: Endpoint | None
) -> None:
    sp = a_service_provider(logout=published)
    assert logout_plan.answer_endpoint(sp, asked_by) == answered_at
