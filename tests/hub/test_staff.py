"""The registry's pages in a whole hub: who gets in, and what they may do there."""

import pytest

from hub.person import read_number
from sp_registry.staff import Role, Staff
from tests.builders import HUB
from tests.hub.world import KARI, NILS, OLA, SP, Browser, Known, Page, World, log_in

CONTACT_OF = "974760673"


def grant(world: World, person: Known, role: Role, organisation: str | None = None) -> None:
    known = world.store.people.find(read_number(person.number))
    assert known is not None
    staff = Staff(world.store.database, lambda *told: None)
    name, now = f"Nr. {known.id[:4]}", world.clock.now()
    staff.grant(known.id, name, role, organisation, "shell:test", now)


def staff_browser(
    world: World, person: Known, role: Role | None, organisation: str | None = None
) -> Browser:
    """A browser in which this person is logged in, at the registry."""
    if role is not None:
        grant(world, person, role, organisation)
    browser = world.browser()
    browser.open("/registry")
    log_in(world, browser, person)
    return browser


@pytest.fixture
def admin(world: World) -> Browser:
    return staff_browser(world, KARI, Role.ADMINISTRATOR)


def sp_address(world: World, entity_id: str = SP) -> str:
    return f"/registry/sp/{world.outside.snapshots.current().find(entity_id).id}"


def send(browser: Browser, address: str, **fields: str) -> Page:
    """Send one form of the page that is shown; a page may have several."""
    token = browser.page.inputs().get("csrf_token", "")
    response = browser.client.post(
        address,
        data={"csrf_token": token, **fields},
        base_url=HUB,
        follow_redirects=True,
    )
    return browser._shown(response)


def test_a_stranger_is_led_to_the_login_and_back(world: World) -> None:
    grant(world, KARI, Role.AUDITOR)
    browser = world.browser()
    browser.open("/registry?q=sp")
    assert "national_id" in browser.page.inputs()
    assert log_in(world, browser).path == "/registry"


@pytest.mark.parametrize("address", ["/registry", "/registry/new", "/registry/snapshots"])
def test_whoever_has_no_role_is_shown_the_door(world: World, address: str) -> None:
    browser = staff_browser(world, KARI, None)
    page = browser.open(address)
    assert page.status == 403 and SP not in page.text


def test_a_role_that_is_taken_away_ends_at_once(world: World, admin: Browser) -> None:
    assert admin.open("/registry").status == 200
    grant(world, OLA, Role.ADMINISTRATOR)
    known = world.store.people.find(read_number(KARI.number))
    assert known is not None
    staff = Staff(world.store.database, lambda *told: None)
    staff.revoke(known.id, Role.ADMINISTRATOR, None, "shell:test", world.clock.now())
    assert admin.open("/registry").status == 403


def test_the_list_is_searched_and_filtered(admin: Browser) -> None:
    assert SP in admin.open("/registry").text
    assert SP in admin.open(f"/registry?q={SP}").text
    assert SP not in admin.open("/registry?q=nothing-like-it").text
    assert SP not in admin.open("/registry?state=waiting").text


def test_a_contact_finds_nothing_of_others(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert SP not in browser.open("/registry").text
    assert browser.open(sp_address(world)).status == 404
    assert browser.open("/registry/snapshots").status == 404
    assert browser.open(f"/registry/new?sp={sp_address(world)[-16:]}").status == 404


def test_an_auditor_reads_all_and_changes_nothing(world: World) -> None:
    browser = staff_browser(world, OLA, Role.AUDITOR)
    page = browser.open(sp_address(world))
    assert page.status == 200 and "/suspend" not in page.text
    browser.open("/logout")  # has a form, and so a token
    assert send(browser, f"{sp_address(world)}/suspend").status == 404
    assert world.outside.snapshots.current().find(SP).active
    assert browser.open("/registry/new").status == 404


def test_a_form_without_our_token_is_refused(world: World, admin: Browser) -> None:
    admin.open(sp_address(world))
    page = send(admin, f"{sp_address(world)}/suspend", csrf_token="stolen")
    assert page.status == 403 and world.outside.snapshots.current().find(SP).active


def test_suspending_works_at_once_and_is_audited(world: World, admin: Browser) -> None:
    admin.open(sp_address(world))
    assert send(admin, f"{sp_address(world)}/suspend").status == 200
    assert not world.outside.snapshots.current().find(SP).active
    assert world.events("sp-suspended", "snapshot-published")


def test_an_old_login_must_be_given_anew_before_anything_is_decided(
    world: World, admin: Browser
) -> None:
    admin.open(sp_address(world))
    world.clock.move(minutes=16)
    page = send(admin, f"{sp_address(world)}/suspend")
    assert "national_id" in page.inputs()
    assert world.outside.snapshots.current().find(SP).active
    assert log_in(world, admin).path == sp_address(world)


def test_nobody_approves_a_proposal_of_their_own_and_another_does(
    world: World, admin: Browser
) -> None:
    address = sp_address(world)
    admin.open(address)
    send(admin, f"{address}/suspend")
    send(admin, f"{address}/resume")
    version = admin.page.inputs()["version"]
    assert send(admin, f"{address}/approve", version=version).status == 409
    other = staff_browser(world, OLA, Role.ADMINISTRATOR)
    other.open(address)
    assert send(other, f"{address}/approve", version=version).status == 200
    assert world.outside.snapshots.current().find(SP).active


def test_a_rejection_has_a_reason_that_the_history_shows(world: World, admin: Browser) -> None:
    address = sp_address(world)
    admin.open(address)
    send(admin, f"{address}/suspend")
    version = send(admin, f"{address}/resume").inputs()["version"]
    assert send(admin, f"{address}/reject", version=version, reason=" ").status == 422
    page = send(admin, f"{address}/reject", version=version, reason="Key is still lost")
    assert "Key is still lost" in page.text
    assert send(admin, f"{address}/approve", version=version).status == 409


def test_going_back_takes_two(world: World, admin: Browser) -> None:
    first = world.outside.snapshots.current().number
    admin.open(sp_address(world))
    send(admin, f"{sp_address(world)}/suspend")
    admin.open(f"/registry/snapshots/{first}")
    send(admin, f"/registry/snapshots/{first}")
    admin.open("/logout")  # has a form, and so a token
    assert send(admin, f"/registry/snapshots/{first}").status == 409
    assert not world.outside.snapshots.current().find(SP).active
    other = staff_browser(world, OLA, Role.ADMINISTRATOR)
    other.open(f"/registry/snapshots/{first}")
    assert send(other, f"/registry/snapshots/{first}").status == 200
    assert world.outside.snapshots.current().find(SP).active


DOCUMENT = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 entityID="https://new.example.no"><md:SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:AssertionConsumerService
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://new.example.no/acs"
 index="0"/></md:SPSSODescriptor></md:EntityDescriptor>"""


def test_a_look_at_metadata_shows_findings_and_proposes_nothing(admin: Browser) -> None:
    admin.open("/registry/new")
    page = send(admin, "/registry/new", metadata=DOCUMENT, check="1")
    assert page.status == 200 and "key-missing" in page.text
    assert "new.example.no" not in admin.open("/registry").text


def test_what_cannot_be_taken_in_is_said_and_kept_in_the_form(admin: Browser) -> None:
    admin.open("/registry/new")
    page = send(admin, "/registry/new", metadata="<oops", propose="1")
    assert page.status == 422
    assert page.dom.xpath("//textarea")[0].text.strip() == "<oops"


def test_what_is_proposed_waits_and_says_what_it_means(admin: Browser) -> None:
    admin.open("/registry/new")
    fields = {"metadata": DOCUMENT, "release": "V1", "legal_basis": "forskrift § 2"}
    page = send(admin, "/registry/new", propose="1", name_nb="Ny etat", **fields)
    assert "Ny etat" in page.dom.xpath("//h1")[0].text_content()
    assert "https://new.example.no/acs" in page.dom.xpath("//ins")[0].text_content()
    assert "forskrift § 2" in page.text and "reject" in page.text
    assert "+" in admin.open(f"{page.path}?xml=1").dom.xpath("//pre")[0].text_content()
    assert "Ny etat" in admin.open("/registry?q=etat&state=waiting").text


def test_a_contact_proposes_for_their_own_organisation_alone(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/new")
    fields = {"metadata": DOCUMENT, "propose": "1"}
    assert send(browser, "/registry/new", organisation="889640782", **fields).status == 422
    page = send(browser, "/registry/new", organisation=CONTACT_OF, **fields)
    assert page.status == 200 and "approve" not in page.text
    theirs = DOCUMENT.replace("https://new.example.no\"", f"{SP}\"")
    browser.open("/registry/new")
    again = {"metadata": theirs, "propose": "1", "organisation": CONTACT_OF}
    assert send(browser, "/registry/new", **again).status == 422


def test_a_person_with_only_a_letter_is_nobody_here(world: World) -> None:
    grant(world, NILS, Role.ADMINISTRATOR)
    assert "national_id" in world.browser().open("/registry").inputs()
