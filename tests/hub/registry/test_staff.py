"""The registry's pages in a whole hub: who gets in, and what they may do there."""

import re

import pytest

from hub.person import read_number
from metadata import names
from metadata.description import Endpoint
from sp_registry.onboarding import Proposal
from sp_registry.staff import Role, Staff
from tests.builders import CONSUMER, HUB, STRANGER, a_description, a_policy
from tests.hub.world import (
    KARI,
    NILS,
    OLA,
    OPEN,
    SP,
    Browser,
    Known,
    Page,
    World,
    ask,
    desk,
    log_in,
    logged_in,
)

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


def propose(world: World, **description: object) -> None:
    """A change of the service that waits for approval."""
    proposal = Proposal(b"<document/>", a_description(SP, **description), a_policy(), ())
    desk(world.store).propose(proposal, "kari", world.clock.now())


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
    page = log_in(world, admin)
    assert page.path == sp_address(world) and "er ikke gjort ennå" in page.text


def test_the_way_to_a_young_login_stands_beside_the_decision(
    world: World, admin: Browser
) -> None:
    admin.open(sp_address(world))
    send(admin, f"{sp_address(world)}/suspend")
    send(admin, f"{sp_address(world)}/resume")
    lead = "//a[contains(@href, '?again')]/@href"
    assert not admin.page.dom.xpath(lead)
    world.clock.move(minutes=16)
    (link,) = admin.open(sp_address(world)).dom.xpath(lead)
    assert "national_id" in admin.open(link).inputs()
    assert not log_in(world, admin).dom.xpath(lead)


def test_a_reason_typed_while_the_login_grew_old_is_not_lost(world: World, admin: Browser) -> None:
    address = sp_address(world)
    admin.open(address)
    send(admin, f"{address}/suspend")
    send(admin, f"{address}/resume")
    version = admin.page.inputs()["version"]
    world.clock.move(minutes=16)
    page = send(admin, f"{address}/reject", version=version, reason="Ikke nå")
    assert page.status == 409 and page.inputs()["reason"] == "Ikke nå"
    (elsewhere,) = page.dom.xpath("//a[@target='_blank']/@href")
    assert "national_id" in admin.open(elsewhere).inputs()
    log_in(world, admin)
    page = send(admin, f"{address}/reject", version=version, reason="Ikke nå")
    assert page.status == 200 and "Ikke nå" in page.text


def test_a_comment_that_is_too_long_stands_in_its_form_again(
    world: World, admin: Browser
) -> None:
    admin.open(sp_address(world))
    page = send(admin, f"{sp_address(world)}/comment", comment="lang " * 500)
    assert page.status == 422
    assert page.dom.xpath("string(//textarea[@id='comment'])").startswith("lang lang")


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
    [shown] = admin.open(f"{page.path}/versions/{page.inputs()['version']}/xml").dom.xpath("//pre")
    assert "+" in shown.text_content()
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


def test_whoever_may_propose_may_comment_and_all_who_see_it_read(
    world: World, admin: Browser
) -> None:
    admin.open(sp_address(world))
    send(admin, f"{sp_address(world)}/comment", comment="Why <b>now</b>?")
    assert world.events("sp-commented")
    for text in (" ", "x" * 2001):
        page = send(admin, f"{sp_address(world)}/comment", comment=text)
        assert page.status == 422 and page.errors
    page = staff_browser(world, OLA, Role.AUDITOR).open(sp_address(world))
    assert "Why &lt;b&gt;now&lt;/b&gt;?" in page.text and "/comment" not in page.text


def test_an_auditor_can_send_no_form_of_the_staff(world: World) -> None:
    auditor = staff_browser(world, OLA, Role.AUDITOR)
    auditor.open("/logout")  # has a form, and so a token
    known = len(world.events())
    id = sp_address(world).rpartition("/")[2]
    given = {"id": id, "version": "0" * 64, "number": "1", "secret": "none"}
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith(("/registry", "/support")) and "POST" in (rule.methods or ()):
            address = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda m: given.get(m[1], "none"), rule.rule)
            fields = {"comment": "No", "reason": "No", "wanted": "1", "person": "1"}
            assert send(auditor, address, **fields).status in (400, 403, 404, 409), address
    assert len(world.events()) == known


def test_a_contact_comments_on_nothing_of_others(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/new")
    assert send(browser, f"{sp_address(world)}/comment", comment="Mine?").status == 404


def test_an_earlier_version_is_looked_at_and_proposed_once_more(
    world: World, admin: Browser
) -> None:
    first = world.outside.snapshots.current().find(SP)
    world.register(SP, a_policy(return_url="https://elsewhere.example.no/"))
    address = sp_address(world)
    page = admin.open(address)
    [_, older] = page.dom.xpath("//a[contains(@href, '/versions/')]/@href")[-2:]
    page = admin.open(older)
    assert "https://elsewhere.example.no/" in page.dom.xpath("//del")[0].text_content()
    page = send(admin, older, restore="1")
    assert page.path == address and "/reject" in page.text
    other = staff_browser(world, OLA, Role.ADMINISTRATOR)
    version = other.open(address).inputs()["version"]
    send(other, f"{address}/approve", version=version)
    assert world.outside.snapshots.current().find(SP) == first


def test_a_version_of_another_service_is_not_found(world: World, admin: Browser) -> None:
    [entry] = admin.open(sp_address(world)).dom.xpath("//a[contains(@href, '/versions/')]/@href")
    version = entry.rpartition("/")[2]
    assert admin.open(f"{sp_address(world, OPEN)}/versions/{version}").status == 404


def test_a_proposal_is_tried_on_real_requests_and_the_old_key_is_counted(
    world: World, admin: Browser
) -> None:
    for browser in (logged_in(world), world.browser()):
        ask(world, browser, AssertionConsumerServiceIndex="1")
    propose(world, consumers=(Endpoint(names.HTTP_POST, CONSUMER, 0, True),),
            signing_certificates=(STRANGER.certificate,))
    world.store.database.write_waiting()
    page = admin.open(f"{sp_address(world)}?locale=nn").text
    assert "0 av dei siste 3 ville framleis" in page
    assert "3 er signerte med sertifikatet" in page
    assert "Det gamle har signert minst 1 førespurnad i dag." in page
    before = len(world.events("answered"))
    admin.open(sp_address(world))
    assert len(world.events("answered")) == before


def test_what_was_in_force_at_a_moment_is_told_with_its_approver(
    world: World, admin: Browser
) -> None:
    address = f"{sp_address(world)}/at"
    assert admin.open(address).status == 200
    page = admin.open("/registry/snapshots?at=2026-01-02T04:05&locale=nn")
    assert "gjaldt utgåve 1" in page.text and "Godkjent av ola" in page.text
    assert SP in page.text and OPEN in page.text
    assert OPEN not in admin.open(f"{address}?at=2026-01-02T04:05").text
    assert "ingenting" in admin.open(f"{address}?at=2025-01-02T04:05&locale=nn").text
    assert admin.open(f"{address}?at=yesterday").status == 422


def test_the_impact_of_a_weakness_is_told_by_services_and_logins(
    world: World, admin: Browser
) -> None:
    logged_in(world, issuer=OPEN, signed_by=None)
    page = admin.open("/registry/impact?locale=nn")
    rows = page.dom.xpath("//section[h2/@id='unsigned-requests']//tbody/tr")
    assert [row[1].text for row in rows] == ["1", "0"]
    assert rows[0][2].text == "100,0\xa0%"
    contact = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert contact.open("/registry/impact").status == 404
