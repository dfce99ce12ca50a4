"""A failed login explained by the reference on its page."""

from datetime import UTC, datetime

from hub.seams.records import Told
from hub.support.explain import cause_of, masked, words_of
from tests.hub.registry.test_staff import send
from tests.hub.support.test_help_desk import desk
from tests.hub.world import KARI, Browser, Page, World, ask

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def explained(world: World, staff: Browser, page: Page) -> str:
    world.store.database.write_waiting()
    staff.open("/support")
    return send(staff, "/support/explain", request_id=page.request_id).text


def test_a_wrong_password_is_the_callers_own(world: World) -> None:
    browser = world.browser()
    browser.open("/me")
    page = browser.send(national_id=KARI.number, password="feil")
    text = explained(world, desk(world), page)
    assert "Nummeret eller passordet var feil." in text
    assert "Fødselsnummeret eller passordet er ikkje rett." in text
    assert "Den som loggar inn." in text and KARI.number not in text


def test_who_is_locked_out_hears_how_long(world: World) -> None:
    browser = world.browser()
    for _ in range(4):
        browser.open("/me")
        page = browser.send(national_id=KARI.number, password="feil")
    assert page.status == 429
    assert "Vent til klokkeslettet som står på sida" in explained(world, desk(world), page)


def test_a_refused_request_is_the_agencys_to_mend(world: World) -> None:
    page = ask(world, world.browser(), signed_by=None)
    text = explained(world, desk(world), page)
    assert "Dei som driv tenesta." in text and "signature-missing" in text


def test_a_request_that_went_well_is_told_as_that(world: World) -> None:
    text = explained(world, desk(world), ask(world, world.browser(), follow=False))
    assert "Ingenting gjekk gale her." in text


def test_a_reference_that_nobody_knows_is_told_as_that(world: World) -> None:
    staff = desk(world)
    staff.open("/support")
    known = send(staff, "/support/explain", request_id="0123456789abcdef")
    assert "Vi har ikkje notert noko" in known.text


def test_an_identity_number_in_place_of_a_reference_comes_into_no_address(world: World) -> None:
    staff = desk(world)
    staff.open("/support")
    page = send(staff, "/support/explain", request_id=KARI.number)
    assert page.path == "/support"
    assert staff.open(f"/support/explain/{KARI.number}").status == 404
    assert not world.events("trace-read")


def test_that_a_trace_was_read_is_on_record(world: World) -> None:
    staff = desk(world)
    explained(world, staff, staff.page)
    [event] = world.events("trace-read")
    assert "staff:" in event["details"]


def test_a_number_that_should_not_be_there_goes_no_further() -> None:
    told = masked(Told("refused", f"internal: {KARI.number} in flow 5f21c998812", NOW))
    assert told.detail == "internal: ••••• in flow 5f21c998812"


def test_the_last_fault_is_the_one_that_counts() -> None:
    story = [
        Told("password", "number or password wrong", NOW),
        Told("refused", "no-codes-left: no valid sheet", NOW),
    ]
    cause = cause_of(story)
    assert cause is not None and cause.error is not None and cause.error.code == "no-codes-left"


def test_a_status_tells_its_code_at_the_end() -> None:
    told = Told("answered with a status", "urn:x urn:y: no such format (name-id-policy)", NOW)
    cause = cause_of([told])
    assert cause is not None and cause.error is not None and cause.whose == "agency"


def test_a_step_without_words_is_shown_as_it_is() -> None:
    assert words_of(Told("something new", "", NOW)) == ""
