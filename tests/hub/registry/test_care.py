"""Calendar, alerts, feeds, attestation and the key board, in a whole hub."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from lxml import etree

from hub.registry import care_alerts, care_telling
from hub.registry.hook_delivery import hooks_of
from hub.seams.outbox import MessageKind, MessageState
from hub.sending.outbox import payload_of
from metadata.description import Contact
from sp_registry.care import STEPS, step_of
from sp_registry.digest import CertificateDue
from sp_registry.feeds import atom, ical
from sp_registry.staff import Role, Staff
from tests.builders import REGISTERED, a_policy
from tests.hub.registry.test_staff import CONTACT_OF, send, sp_address, staff_browser
from tests.hub.world import KARI, OLA, SP, Browser, World

OWN = "https://own.example.no/sp"


@pytest.fixture
def admin(world: World) -> Browser:
    return staff_browser(world, KARI, Role.ADMINISTRATOR)


def near_the_end(world: World, days: int) -> None:
    world.clock.time = REGISTERED.certificate.not_after - timedelta(days=days, hours=-1)


def mails(world: World) -> int:
    queues = world.store.outbox.queues()
    return sum(
        one.length
        for one in queues
        if (one.kind, one.state) == (MessageKind.MAIL, MessageState.WAITING)
    )


def with_contact(world: World) -> None:
    contact = Contact("technical", "Drift", ("drift@example.no",))
    world.register(OWN, a_policy(contacts=(contact,), organisation_number=CONTACT_OF))


def test_each_step_has_its_days() -> None:
    assert [step_of(days) for days in (91, 90, 31, 30, 2, 1, 0)] == [None, 90, 90, 30, 3, 1, 1]
    assert step_of(-1) is None and len(STEPS) == 6


def test_an_alert_goes_once_for_each_step(world: World) -> None:
    with_contact(world)
    near_the_end(world, 20)
    assert care_telling.tell(world.outside, world.store) > 0
    before = mails(world)
    assert before >= 1
    assert care_telling.tell(world.outside, world.store) == 0
    assert mails(world) == before
    near_the_end(world, 12)
    assert care_telling.tell(world.outside, world.store) > 0
    assert mails(world) > before


@dataclass
class Channels:
    """What has left for the contact and for the webhook of the one service of a team."""

    world: World

    def look(self, days: int) -> tuple[int, int]:
        """The worker comes twice, that many days before the end; how many messages by each."""
        self.world.clock.time = REGISTERED.certificate.not_after - timedelta(days=days)
        for _ in range(2):
            care_telling.tell(self.world.outside, self.world.store)
        kinds = (MessageKind.MAIL, MessageKind.HOOK)
        now = self.world.clock.now()
        left = self.world.store.outbox.claim(kinds, 1000, now, timedelta(days=400))
        told = [payload_of(each.message) for each in left]
        mails = [one for one in told if one.get("to") == "drift@example.no"]
        calls = [one for one in told if "certificate.expires" in one.get("event", "")]
        return len(mails), len(calls)


@pytest.fixture
def channels(world: World) -> Channels:
    with_contact(world)
    staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    (grant,) = Staff(world.store.database, lambda *told: None).listing()
    hooks = hooks_of(world.store, world.outside.ring)
    by, now = f"staff:{grant.person_id}", world.clock.now()
    hooks.make(CONTACT_OF, "https://drift.example.no/", (), by, now)
    return Channels(world)


def test_each_step_is_one_message_by_each_channel(channels: Channels) -> None:
    days = (92, 91, 90, 89, 31, 30, 29, 15, 14, 13, 8, 7, 6, 4, 3, 2, 1, 0)
    told = {each: channels.look(each) for each in days}
    assert {each: told[each] for each in STEPS} == dict.fromkeys(STEPS, (1, 1))
    assert {told[each] for each in days if each not in STEPS} == {(0, 0)}


@pytest.mark.parametrize(("away_until", "rest"), [(29, 5), (12, 4), (6, 3), (1, 1)])
def test_a_worker_that_was_away_tells_of_the_step_that_is_due_alone(
    channels: Channels, away_until: int, rest: int
) -> None:
    assert channels.look(92) == (0, 0)
    assert channels.look(away_until) == (1, 1)
    told = [channels.look(days) for days in (30, 14, 7, 3, 1) if days < away_until]
    assert told == [(1, 1)] * (rest - 1)


def test_the_calendar_shows_what_runs_out(world: World, admin: Browser) -> None:
    page = admin.open("/registry/calendar?all=1")
    assert REGISTERED.certificate.fingerprint[:16] in page.text
    assert "MinID" in page.text


def test_a_team_reads_its_feed_without_a_login_until_it_is_revoked(world: World) -> None:
    with_contact(world)
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/calendar")
    page = send(browser, "/registry/calendar/feed", organisation=CONTACT_OF)
    (ics, feed) = (str(one.text) for one in page.dom.xpath("//code[@class='registry-link']"))
    stranger = world.browser()
    calendar = stranger.open(ics).text
    fingerprint = REGISTERED.certificate.fingerprint
    assert calendar.startswith("BEGIN:VCALENDAR\r\n") and fingerprint[:16] in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    entries = etree.fromstring(stranger.open(feed).text.encode())
    assert entries.tag == "{http://www.w3.org/2005/Atom}feed" and len(entries) > 4
    hash = browser.open("/registry/calendar").dom.xpath("//input[@name='feed']/@value")[0]
    send(browser, "/registry/calendar/feed/revoke", feed=str(hash))
    assert stranger.open(ics).status == 404


def test_the_feed_of_somebody_who_has_left_is_over(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/calendar")
    page = send(browser, "/registry/calendar/feed", organisation=CONTACT_OF)
    feed = str(page.dom.xpath("//code[@class='registry-link']")[0].text)
    assert feed.startswith(world.settings.base_url) and world.browser().open(feed).status == 200
    staff, now = Staff(world.store.database, lambda *told: None), world.clock.now()
    person = staff.listing()[0].person_id
    staff.revoke(person, Role.CONTACT, CONTACT_OF, "kari", now)
    assert world.browser().open(feed).status == 404


def test_a_certificate_that_says_odd_things_of_itself_breaks_no_feed() -> None:
    end = REGISTERED.certificate.not_after
    odd = CertificateDue(None, "signing", "f" * 64, "CN=a\x01b\r\nATTENDEE:x\uffff", end)
    calendar = ical([odd], end, "x")
    assert "a b" in calendar and "\nATTENDEE" not in calendar
    assert b"a b" in atom([odd], end, "x", "urn:x")


def test_an_alert_goes_to_what_is_an_address_and_nowhere_else(world: World) -> None:
    odd = Contact("technical", "Drift", ("drift@example.no", "a@b.no, c@d.no", "nobody"))
    world.register(OWN, a_policy(), contacts=(odd,))
    assert care_alerts.technical(world.outside.snapshots.current().find(OWN)) == (
        "drift@example.no",
    )


def test_a_team_makes_no_feed_of_others(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/calendar")
    assert send(browser, "/registry/calendar/feed", organisation="").status == 404
    browser.open("/registry/calendar")
    assert send(browser, "/registry/calendar/feed", organisation="889640782").status == 404


def test_the_need_for_the_number_is_attested(world: World, admin: Browser) -> None:
    world.clock.move(days=400)
    admin = staff_browser(world, OLA, Role.ADMINISTRATOR)
    page = admin.open("/registry/care")
    assert "Siste kontakten" in page.text
    overdue = page.text.count("Over fristen")
    assert overdue
    send(admin, f"{sp_address(world)}/attest")
    assert admin.open("/registry/care").text.count("Over fristen") == overdue - 1
    assert world.events("sp-attested")


def test_a_team_sees_no_number_of_others(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert SP not in browser.open("/registry/care").text
    assert browser.open("/registry/keys").status == 404
    browser.open("/registry/calendar")
    assert send(browser, f"{sp_address(world)}/attest").status == 404


def test_the_board_of_keys_tells_of_each_service(admin: Browser) -> None:
    page = admin.open("/registry/keys?locale=nn")
    assert SP in page.text and "ikkje kjent" in page.text


def test_the_list_is_narrowed_to_what_is_weak_or_runs_out(world: World, admin: Browser) -> None:
    assert SP in admin.open("/registry?weak=old-profile").text
    assert SP not in admin.open("/registry?weak=aes-cbc").text
    assert SP not in admin.open("/registry?expiring=1").text
    assert SP not in admin.open(f"/registry?organisation={CONTACT_OF}").text


def test_an_empty_calendar_is_a_calendar(world: World) -> None:
    assert ical([], world.clock.now(), "x").splitlines()[-1] == "END:VCALENDAR"


def test_what_is_alike_goes_in_one_mail(world: World) -> None:
    with_contact(world)
    now = world.clock.now()
    alerts = [
        care_alerts.Alert(str(n), 1, care_alerts.CERTIFICATE, f"Nr. {n}", "x", {}, (), None)
        for n in range(care_telling.MOST_NAMED + 2)
    ]
    (mail,) = care_telling.mails(alerts, [("drift@example.no", "nb")], now)
    text = payload_of(mail)["text"]
    assert "Nr. 0" in text and "+ 2" in text and "Nr. 101" not in text
