"""Notices: who gets them, in which words, and how often."""

from datetime import datetime

import pytest

from hub.gateway import gsm
from hub.person import Person, read_number
from hub.seams.outbox import MessageKind, Outgoing
from hub.sending import notices
from hub.sending.notices import Contacts, Notice
from hub.sending.outbox import LEASE, payload_of
from hub.settings import Settings
from tests.hub.world import KARI, OLA, Known, World

SETTINGS = Settings(base_url="https://minid.example.no", support_phone="800 00 000")


def person(world: World, known: Known = KARI) -> Person:
    found = world.store.people.find(read_number(known.number))
    assert found is not None
    return found


def put(world: World, notice: Notice, to: Person, **formerly: str) -> list[Outgoing]:
    """Put a notice, and take what is new in the outbox."""
    notices.put(
        world.store, world.settings, to.id, notice, world.clock.now(), Contacts(**formerly)
    )
    leased = world.store.outbox.claim(list(MessageKind), 20, world.clock.now(), LEASE)
    return [each.message for each in leased]


def told(messages: list[Outgoing]) -> list[tuple[str, str]]:
    return [(message.kind, payload_of(message)["to"]) for message in messages]


def test_mobile_and_mail_get_it(world: World) -> None:
    kari = person(world)
    world.store.people.set_email(kari.id, "kari@example.no", world.clock.now())
    found = put(world, Notice.PASSWORD_CHANGED, kari)
    assert told(found) == [("sms", KARI.mobile), ("mail", "kari@example.no")]


def test_the_old_number_is_told_too(world: World) -> None:
    found = put(world, Notice.MOBILE_CHANGED, person(world), mobile="+4790000001")
    assert told(found) == [("sms", KARI.mobile), ("sms", "+4790000001")]


def test_without_mobile_and_mail_it_goes_by_letter(world: World) -> None:
    (message,) = put(world, Notice.PINS_BLOCKED, person(world, OLA))
    assert message.kind is MessageKind.LETTER_NOTICE
    assert set(payload_of(message)) == {"subject", "text", "language"}


def test_a_stranger_cannot_flood_a_telephone(world: World) -> None:
    kari = person(world)
    found = [put(world, Notice.PINS_ORDERED, kari) for _ in range(5)]
    assert [len(each) for each in found] == [1, 1, 1, 0, 0]
    assert len(put(world, Notice.PASSWORD_CHANGED, kari)) == 1


def test_the_next_day_it_may_be_told_again(world: World) -> None:
    kari = person(world)
    for _ in range(4):
        put(world, Notice.PINS_ORDERED, kari)
    world.clock.move(days=4)  # by then the first ones have expired
    assert len(put(world, Notice.PINS_ORDERED, kari)) == 1


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_no_notice_holds_a_link_or_a_contact(language: str, now: datetime) -> None:
    kari = Person("p", None, "+4790190190", language=language, email="kari@example.no")
    for notice in Notice:
        for message in notices.messages(kari, notice, Contacts(), SETTINGS, now):
            text = payload_of(message)["text"]
            assert not any(word in text for word in ("http", "://", "90190190", "kari@"))
            assert {word for word in text.split() if word.isdigit()} <= {"24", "72", "800", "00"}


@pytest.mark.parametrize("notice", list(Notice))
def test_each_language_has_its_own_words(notice: Notice) -> None:
    texts = {notices.short_text(notice, language, SETTINGS) for language in ("nn", "nb", "en")}
    assert len(texts) == 3


@pytest.mark.parametrize("notice", list(Notice))
def test_an_sms_of_a_notice_is_two_messages_at_most(notice: Notice) -> None:
    for language in ("nn", "nb", "en"):
        text = notices.short_text(notice, language, SETTINGS)
        assert gsm.is_gsm(text) and gsm.places(text) < 2 * 153


def test_together_a_notice_falls_with_what_it_tells_of(world: World) -> None:
    kari, now = person(world), world.clock.now()

    def acts() -> None:
        notices.put(world.store, world.settings, kari.id, Notice.MOBILE_CHANGED, now)
        raise ValueError

    with pytest.raises(ValueError):
        world.store.together(acts)
    assert world.store.outbox.claim(list(MessageKind), 20, now, LEASE) == []
