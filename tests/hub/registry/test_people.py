"""The staff's own pages in a whole hub: who is there, invitations, and their end."""

from hub.person import read_number
from hub.seams.outbox import MessageKind
from sp_registry.staff import Role
from tests.hub.registry.test_staff import CONTACT_OF, grant, send, staff_browser
from tests.hub.world import KARI, NILS, NOBODY, OLA, Browser, Page, World, log_in

INVITE = "/registry/people/invite"


def invite(browser: Browser, **fields: str) -> Page:
    browser.open(INVITE)
    return send(browser, INVITE, **{"name": "Ny", "role": "auditor", **fields})


def link_on(page: Page) -> str:
    found = page.dom.get_element_by_id("link").text_content()
    return str(found.partition("/registry")[1] + found.partition("/registry")[2])


def test_an_agency_gets_its_first_contact_by_a_link(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    page = invite(
        admin, role="agency-contact", organisation="974 760 673", organisation_name="Aukra"
    )
    link = link_on(page)
    browser = world.browser()
    browser.open(link)
    page = log_in(world, browser, OLA)
    assert page.path == link and "Aukra" in page.text
    assert send(browser, link).path == "/registry"
    page = browser.open("/registry/people")
    assert "Ny" in page.text and "Aukra" in page.text
    admin.open("/registry/people")
    assert send(admin, link).status == 409
    assert world.events("staff-invited", "staff-invitation-accepted")


def test_a_link_is_sent_by_mail_too(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    page = invite(admin, email="ny@example.no")
    assert "ny@example.no" in page.text
    assert MessageKind.MAIL in {queue.kind for queue in world.store.outbox.queues()}


def test_a_number_has_its_role_from_the_next_login_on(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    assert invite(admin, national_id=OLA.number).path == "/registry/people"
    browser = world.browser()
    browser.open("/registry")
    assert log_in(world, browser, OLA).path == "/registry"
    assert browser.page.status == 200


def test_an_unknown_number_waits_too_and_is_shown_nowhere(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    page = invite(admin, national_id=NOBODY.number)
    assert page.path == "/registry/people" and NOBODY.number not in page.text
    known = world.store.people.find(read_number(NOBODY.number))
    assert known is not None and not known.is_registered


def test_what_is_no_number_is_said_and_not_shown_again(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    page = invite(admin, national_id="12345678901", name="")
    assert page.status == 422 and "12345678901" not in page.text
    page = invite(admin, national_id="12345678901")
    assert page.status == 422 and page.errors


def test_a_contact_invites_to_their_own_organisation_alone(world: World) -> None:
    contact = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert invite(contact, role="auditor").status == 422
    assert invite(contact, role="agency-contact", organisation="889640782").status == 422
    page = invite(
        contact, role="agency-contact", organisation=CONTACT_OF, organisation_name="Aukra"
    )
    assert page.status == 200 and link_on(page)


def test_an_auditor_invites_nobody(world: World) -> None:
    assert staff_browser(world, OLA, Role.AUDITOR).open(INVITE).status == 404


def test_inviting_wants_a_young_login(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    world.clock.move(minutes=16)
    assert "national_id" in admin.open(INVITE).inputs()
    assert log_in(world, admin).path == INVITE


def test_the_inviter_cannot_accept(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    link = link_on(invite(admin))
    assert "continue" not in admin.open(link).text
    admin.open("/registry/people")
    assert send(admin, link).status == 409


def test_a_link_of_nobodys_is_over(world: World) -> None:
    browser = world.browser()
    browser.open("/registry/invitation/made-up")
    assert log_in(world, browser, OLA).status == 404


def test_a_role_is_taken_away_on_the_page_at_once(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    other = staff_browser(world, OLA, Role.AUDITOR)
    known = world.store.people.find(read_number(OLA.number))
    assert known is not None and other.open("/registry").status == 200
    admin.open("/registry/people")
    send(admin, "/registry/people/revoke", person=known.id, role="auditor", organisation="")
    assert other.open("/registry").status == 403
    page = send(admin, "/registry/people/revoke", person=known.id, role="auditor")
    assert page.status == 409


def test_the_last_administrator_cannot_leave(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    known = world.store.people.find(read_number(KARI.number))
    assert known is not None
    admin.open("/registry/people")
    form = {"person": known.id, "role": "federation-administrator", "organisation": ""}
    assert send(admin, "/registry/people/revoke", **form).status == 409
    assert admin.open("/registry").status == 200


def test_a_contact_sees_their_own_organisation_alone_and_takes_away_none_of_others(
    world: World,
) -> None:
    contact = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    grant(world, NILS, Role.CONTACT, "889640782")
    grant(world, KARI, Role.AUDITOR)
    page = contact.open("/registry/people")
    assert len(page.dom.xpath("//tbody/tr")) == 1
    form = {"person": "x", "role": "agency-contact", "organisation": "889640782"}
    assert send(contact, "/registry/people/revoke", **form).status == 404


def test_an_open_invitation_is_withdrawn(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    link = link_on(invite(admin))
    number = admin.open("/registry/people").inputs()["number"]
    send(admin, "/registry/people/withdraw", number=number)
    assert admin.open(link).status == 404
    admin.open("/registry/people/invite")
    assert send(admin, "/registry/people/withdraw", number=number).status == 409


def test_an_auditor_sees_an_invitation_and_does_not_withdraw_it(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    link = link_on(invite(admin))
    number = admin.open("/registry/people").inputs()["number"]
    auditor = staff_browser(world, OLA, Role.AUDITOR)
    assert "Ny" in auditor.open("/registry/people").text
    assert "number" not in auditor.page.inputs()
    auditor.open("/logout")  # which has a form, with a token
    assert send(auditor, "/registry/people/withdraw", number=number).status == 409
    assert auditor.open(link).status == 200
