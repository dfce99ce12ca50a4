"""What the population register's feed does to accounts."""

from dataclasses import replace

import pytest

from hub.errors import OutsideFailed
from hub.person import NationalId, read_number
from hub.population import EventKind, PersonStatus, RegisteredPerson
from hub.registers.follow import FEED, follow
from tests.builders import SP
from tests.hub.world import KARI, NOBODY, OLA, Known, World, ask, log_in, logged_in

KARIS = read_number(KARI.number)
NEW = read_number(NOBODY.number)


@pytest.fixture(autouse=True)
def begun(world: World) -> None:
    """The feed is read up to now."""
    assert turn(world) == 0


def turn(world: World) -> int:
    return follow(world.population, world.store, world.clock.now())


def tell(world: World, kind: EventKind, number: NationalId, now: RegisteredPerson) -> None:
    world.population.feed.append((kind, number))
    for each in (now.number, *now.former):
        world.population.told[each.digits] = now


def dead(number: NationalId) -> RegisteredPerson:
    return RegisteredPerson(number, (), "Kari", PersonStatus.DEAD, 1980)


def alive(number: NationalId, *former: NationalId) -> RegisteredPerson:
    return RegisteredPerson(number, former, "Kari", PersonStatus.RESIDENT, 1980)


def person_id(world: World, known: Known) -> str:
    person = world.store.people.find(read_number(known.number))
    assert person
    return person.id


def test_a_death_closes_the_account(world: World) -> None:
    browser = logged_in(world)
    kari = person_id(world, KARI)
    tell(world, EventKind.DEATH, KARIS, dead(KARIS))
    assert turn(world) == 1
    person = world.store.people.get(kari)
    assert not person.is_registered and person.mobile is None
    assert not world.store.sessions.living(kari, world.clock.now())
    assert not world.store.sheets.held(kari)
    [event] = world.events("closed-by-register")
    assert event["person_id"] == kari and "death" not in str(event) and "dead" in str(event)
    assert not ask(world, browser).is_answer


def test_nobody_is_told_of_a_death(world: World) -> None:
    tell(world, EventKind.DEATH, KARIS, dead(KARIS))
    turn(world)
    assert not world.sms.sent
    assert not world.store.outbox.of_person(person_id(world, KARI))


def test_a_login_after_it_gets_what_a_wrong_password_gets(world: World) -> None:
    tell(world, EventKind.DEATH, KARIS, dead(KARIS))
    turn(world)
    browser, stranger = world.browser(), world.browser()
    ask(world, browser)
    closed = browser.send(national_id=KARI.number, password=KARI.password or "")
    ask(world, stranger)
    wrong = stranger.send(national_id=OLA.number, password="wrong and long enough")
    assert (closed.status, closed.errors) == (wrong.status, wrong.errors)


def test_a_login_that_had_begun_does_not_end_in_one(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    code = world.sms.newest_code
    tell(world, EventKind.DEATH, KARIS, dead(KARIS))
    turn(world)
    assert browser.send(otp=code).code == "session-ended"


def test_a_false_identity_closes_the_account(world: World) -> None:
    false = replace(alive(KARIS), status=PersonStatus.CEASED, is_false=True)
    tell(world, EventKind.FALSE_IDENTITY, KARIS, false)
    assert turn(world) == 1
    assert not world.store.people.get(person_id(world, KARI)).is_registered


def test_a_death_that_was_withdrawn_does_nothing(world: World) -> None:
    tell(world, EventKind.DEATH, KARIS, alive(KARIS))
    assert turn(world) == 0
    assert world.store.people.get(person_id(world, KARI)).is_registered


def test_a_new_number_finds_the_same_account_with_the_same_identifiers(world: World) -> None:
    kari, now = person_id(world, KARI), world.clock.now()
    before = world.store.name_ids.persistent(kari, SP, "a-new-one", now)
    tell(world, EventKind.NUMBER, NEW, alive(NEW, KARIS))
    assert turn(world) == 1
    assert person_id(world, NOBODY) == person_id(world, KARI) == kari
    assert world.store.people.current_number(kari) == NEW.digits
    assert world.store.name_ids.persistent(kari, SP, "another", now) == before
    browser = world.browser()
    ask(world, browser)
    answered = log_in(world, browser, replace(KARI, number=NOBODY.number))
    assert answered.attributes["uid"] == NEW.digits
    assert len(world.events("number-changed")) == 1


def test_the_same_page_read_again_does_nothing(world: World) -> None:
    tell(world, EventKind.NUMBER, NEW, alive(NEW, KARIS))
    turn(world)
    world.population.feed.append((EventKind.NUMBER, KARIS))
    assert turn(world) == 0


def test_two_accounts_of_one_person_are_left_to_staff(world: World) -> None:
    tell(world, EventKind.NUMBER, KARIS, alive(KARIS, read_number(OLA.number)))
    assert turn(world) == 0
    assert len(world.events("register-two-accounts")) == 2
    assert person_id(world, KARI) != person_id(world, OLA)


def test_other_news_is_passed_over(world: World) -> None:
    tell(world, EventKind.ADDRESS, KARIS, dead(KARIS))
    tell(world, EventKind.NEW_RESIDENT, NEW, alive(NEW))
    assert turn(world) == 0
    assert world.store.people.find(NEW) is None


def test_a_register_that_is_away_is_asked_again_from_the_same_place(world: World) -> None:
    tell(world, EventKind.DEATH, KARIS, dead(KARIS))
    world.population.fault = OutsideFailed("it does not answer")
    with pytest.raises(OutsideFailed):
        turn(world)
    assert world.store.cursors.find(FEED) == 0
    world.population.fault = None
    assert turn(world) == 1
