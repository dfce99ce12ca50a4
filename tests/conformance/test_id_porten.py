"""The journeys by which ID-porten had an agency verify its integration, seen from our side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.saml.message_id import new_message_id
from hub.web.pages import LOCALES
from metadata import names
from tests.builders import SP, a_query, an_authn_request, asking_for, on_behalf_of
from tests.hub.logout_messages import asks, sent_by, visited
from tests.hub.world import (
    OPEN,
    Browser,
    World,
    a_world,
    ask,
    log_in,
    logged_in,
)

OWN, ANOTHER = SP, OPEN


@pytest.fixture
def world(installation: Path, tmp_path: Path) -> Iterator[World]:
    """A hub of each test's own, since these move its clock."""
    with a_world(installation, tmp_path / "instance") as made:
        yield made


@pytest.mark.parametrize(("first", "second"), [(OWN, ANOTHER), (ANOTHER, OWN)])
def test_single_sign_on_goes_from_the_own_service_to_another_and_back(
    world: World, first: str, second: str
) -> None:
    browser = logged_in(world, issuer=first)
    assert ask(world, browser, issuer=second).is_answer
    assert browser.page.statuses == ["Success"]


def test_a_step_up_is_told_to_be_out_of_reach_and_the_session_stays(world: World) -> None:
    browser = logged_in(world)
    asked = asking_for(names.SMARTCARD_PKI, comparison="minimum")
    assert ask(world, browser, content=asked).statuses == ["Responder", "NoAuthnContext"]
    assert ask(world, browser).statuses == ["Success"]


def test_a_logout_from_the_own_service_ends_the_session(world: World) -> None:
    browser = world.browser()
    own = visited(world, browser, "https://own.example.no")
    assert sent_by(asks(world, browser, own, follow=False)).status == ("Success",)
    assert not ask(world, browser, issuer=own.entity_id).is_answer


def test_a_logout_from_another_service_tells_the_own(world: World) -> None:
    browser = world.browser()
    own = visited(world, browser, "https://own.example.no")
    another = visited(world, browser, "https://another.example.no")
    asks(world, browser, another)
    assert told_by(browser, own.entity_id)
    assert not ask(world, browser, issuer=own.entity_id).is_answer


def told_by(browser: Browser, entity_id: str) -> bool:
    """Whether the page of the logout sends the browser to this service."""
    [leg] = browser.page.dom.xpath("//li[@data-number]//a/@href")
    page = browser.page
    sent = sent_by(browser.open(leg, follow=False))
    browser.page = page
    return sent.to == f"{entity_id}/slo"


def test_a_session_times_out_after_half_an_hour_idle_and_tells_nobody(world: World) -> None:
    browser = logged_in(world)
    world.clock.move(minutes=29)
    assert ask(world, browser).is_answer
    world.clock.move(minutes=31)
    assert not ask(world, browser).is_answer
    assert not world.events("logged-out")


def test_a_session_times_out_after_two_hours_of_use(world: World) -> None:
    browser = logged_in(world)
    for _ in range(5):
        world.clock.move(minutes=23)
        assert ask(world, browser).is_answer
    world.clock.move(minutes=6)
    assert not ask(world, browser).is_answer


def test_a_forced_login_asks_again_in_a_living_session(world: World) -> None:
    browser = logged_in(world)
    assert not ask(world, browser, ForceAuthn="true").is_answer
    assert log_in(world, browser).statuses == ["Success"]


def test_on_behalf_of_is_shown_and_told_back(world: World) -> None:
    browser = world.browser()
    page = ask(world, browser, content=on_behalf_of("Aukra"))
    assert "Aukra kommune" in page.text
    assert log_in(world, browser).attributes["OnBehalfOf"] == "Aukra"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_locale_asked_for_is_spoken_and_told_back(world: World, locale: str) -> None:
    browser = world.browser()
    request = an_authn_request(id=new_message_id(), issued_at=world.clock.now())
    page = browser.open_query(a_query(request) + f"&locale={locale}".encode())
    assert page.dom.get("lang") == locale
    assert log_in(world, browser).attributes["Culture"] == locale
