"""Logins in a whole hub while a version of their service is staged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.signing_key import SigningKey
from hub.registry import rollouts
from hub.registry.audit import registry_audit
from hub.saml.message_id import new_message_id
from metadata import names
from metadata.description import AttributeService, Endpoint
from sp_registry.onboarding import Mode, Proposal
from sp_registry.pages.rooms import EXTENSION
from sp_registry.rollouts import Kind, Plan, Rollouts
from sp_registry.staff import Role
from sp_registry.traffic import Tallies, Tally
from tests.builders import (
    REGISTERED,
    SP,
    STRANGER,
    a_description,
    a_form,
    a_policy,
    an_authn_request,
    asking_for,
)
from tests.hub.logout_messages import (
    Visit,
    a_logout_request,
    asks,
    redirect_at,
    sent_by,
    slo_address,
)
from tests.hub.registry.test_staff import CONTACT_OF, send, sp_address, staff_browser
from tests.hub.test_artifact import CONSUMERS, NAV, a_resolve, an_artifact, sent
from tests.hub.world import (
    KARI,
    OLA,
    OPEN,
    Browser,
    Page,
    World,
    ask,
    desk,
    log_in,
    logged_in,
    publish,
)
from tests.killed import killed_while_it_signs

OLD, NEW = f"{SP}/acs", f"{SP}/new"
CONSUMER = (Endpoint(names.HTTP_POST, NEW, 7, True),)


def rolled(world: World) -> Rollouts:
    return Rollouts(world.store.database, registry_audit(world.store.ledger), Mode(False))


def stage(
    world: World, share: int = 100, entity_id: str = SP, **description: object
) -> None:
    """A version that all, or a share of all, logins meet for an hour."""
    given = {"consumers": CONSUMER} | description
    proposal = Proposal(b"<new/>", a_description(entity_id, **given), a_policy(), ())
    change = desk(world.store).propose(proposal, "kari", world.clock.now())
    kind = Kind.TRIAL if share == 100 else Kind.SHARE
    plan = Plan(kind, world.clock.now() + timedelta(hours=1), share)
    rolled(world).begin(entity_id, plan, "ola", world.clock.now(), change.version)
    publish(world.store, world.settings)


def take_back(world: World, entity_id: str = SP) -> None:
    rolled(world).take_back(entity_id, "ola", world.clock.now(), "")
    publish(world.store, world.settings)


def tallies(world: World) -> Tallies:
    return world.store.staged.tallies(1)


def post(world: World, browser: Browser, **request: str) -> Page:
    xml = an_authn_request(issued_at=world.clock.now(), id=new_message_id(), **request)
    return browser.post_from_elsewhere(a_form(xml))


def answered_at(page: Page) -> str:
    assert page.is_answer, page.text
    return page.post.action


def test_a_staged_version_answers_where_it_says_and_is_on_record(world: World) -> None:
    stage(world)
    browser = logged_in(world)
    assert answered_at(browser.page) == NEW
    assert tallies(world) == Tallies(Tally(1))
    [event] = world.events("answered")
    assert '"rollout": "1 new"' in event["details"]


def test_without_any_nothing_of_it_is_kept(world: World) -> None:
    logged_in(world)
    [event] = world.events("answered")
    assert "rollout" not in event["details"]


def test_each_browser_keeps_the_version_that_it_drew(world: World) -> None:
    stage(world, share=50)
    met = []
    for browser in (logged_in(world) for _ in range(6)):
        first = answered_at(browser.page)
        world.clock.move(minutes=1)
        assert answered_at(ask(world, browser)) == first
        met.append(first)
    found = tallies(world)  # they are one person, who counts once under each
    assert (found.new.tried, found.old.tried) == (int(NEW in met), int(f"{SP}/acs" in met))


def test_a_browser_meets_by_post_what_it_meets_by_redirect(world: World) -> None:
    stage(world, share=50)
    for browser in (logged_in(world) for _ in range(6)):
        first = answered_at(browser.page)
        world.clock.move(minutes=1)
        assert answered_at(post(world, browser)) == first


def test_a_login_by_post_keeps_its_version(world: World) -> None:
    stage(world)
    browser = world.browser()
    post(world, browser, AssertionConsumerServiceIndex="7")
    take_back(world)
    assert answered_at(log_in(world, browser)) == NEW


def test_a_post_that_the_drawn_version_refuses_is_refused_and_counted(world: World) -> None:
    stage(world)
    page = post(world, world.browser(), AssertionConsumerServiceURL=OLD)
    assert page.code == "request-refused"
    assert dict(tallies(world).new.failures) == {"refused": 1}


def test_a_login_on_its_way_keeps_its_version(world: World) -> None:
    stage(world)
    browser = world.browser()
    ask(world, browser, AssertionConsumerServiceIndex="7")
    take_back(world)
    assert answered_at(log_in(world, browser)) == NEW
    assert answered_at(ask(world, browser)) == f"{SP}/acs"


def test_a_suspension_stops_a_login_under_either_version(world: World) -> None:
    stage(world)
    browser = world.browser()
    ask(world, browser)
    world.suspend(SP)
    assert log_in(world, browser).code == "request-refused"


def test_a_request_by_post_is_accepted_under_what_it_drew(world: World) -> None:
    stage(world)
    browser = world.browser()
    post(world, browser, AssertionConsumerServiceURL=NEW)
    assert answered_at(log_in(world, browser)) == NEW


def test_a_trial_ends_by_itself_though_no_worker_runs(world: World) -> None:
    stage(world)
    world.clock.move(minutes=60)
    assert answered_at(logged_in(world).page) == f"{SP}/acs"


def test_signs_of_failure_are_counted(world: World) -> None:
    stage(world)
    browser = logged_in(world)
    world.clock.move(seconds=29)
    ask(world, browser)
    world.clock.move(seconds=31)
    ask(world, browser)
    ask(world, world.browser(), AssertionConsumerServiceURL=OLD)
    assert dict(tallies(world).new.failures) == {"asked again": 1, "refused": 1}
    assert tallies(world).new.tried == 2


def test_a_browser_that_fails_many_times_counts_once(world: World) -> None:
    stage(world)
    browser = world.browser()
    for _ in range(4):
        ask(world, browser, AssertionConsumerServiceURL=OLD)
    assert tallies(world).new == Tally(1, (("refused", 1),))


def test_a_wrong_certificate_is_a_failure_of_the_version(world: World) -> None:
    stage(world, signing_certificates=(STRANGER.certificate,))
    ask(world, world.browser())
    assert dict(tallies(world).new.failures) == {"refused": 1}


def test_what_a_stranger_makes_up_counts_for_nothing(world: World) -> None:
    stage(world)
    for forged in (
        {"signed_by": STRANGER},
        {"signed_by": None},
        {"signed_by": None, "AssertionConsumerServiceURL": OLD},
        {"signed_by": STRANGER, "AssertionConsumerServiceURL": "https://evil.example.no"},
    ):
        assert ask(world, world.browser(), **forged).code == "request-refused"
    assert tallies(world) == Tallies()


def test_a_genuine_request_sent_late_or_twice_counts_for_nothing(world: World) -> None:
    stage(world)
    request = {"id": "_once", "issued_at": world.clock.now()}
    ask(world, world.browser(), **request)
    ask(world, world.browser(), **request)
    world.clock.move(minutes=20)
    assert ask(world, world.browser(), **(request | {"id": "_late"})).code == "request-refused"
    assert tallies(world) == Tallies()


def test_a_no_that_both_versions_say_counts_for_nothing(world: World) -> None:
    stage(world)
    assert ask(world, world.browser(), content=asking_for(names.SMARTCARD_PKI)).statuses
    assert tallies(world) == Tallies()


def test_a_no_that_the_old_version_would_not_say_counts(world: World) -> None:
    services = (AttributeService(3, True, ()),)
    world.register(SP, a_policy(), attribute_services=services)
    stage(world, attribute_services=())
    ask(world, world.browser(), AttributeConsumingServiceIndex="3")
    assert dict(tallies(world).new.failures) == {"told no": 1}


def test_of_a_service_that_does_not_sign_only_who_is_logged_in_counts(world: World) -> None:
    stage(world, entity_id=OPEN, authn_requests_signed=False)
    known = logged_in(world)
    wrong = {"issuer": OPEN, "signed_by": None, "AssertionConsumerServiceURL": f"{OPEN}/acs"}
    for browser in (world.browser(), world.browser(), known, known):
        assert ask(world, browser, **wrong).code == "request-refused"
    assert tallies(world).new == Tally(1, (("refused", 1),))


def test_it_goes_back_by_itself_and_is_served_so(world: World) -> None:
    browser = logged_in(world)
    stage(world)
    for _ in range(3):
        ask(world, world.browser(), AssertionConsumerServiceURL=OLD)
    rollouts.run_due(world.settings, world.store, world.clock.now())
    assert not world.outside.snapshots.current().staged
    assert answered_at(ask(world, browser)) == f"{SP}/acs"
    assert world.events("sp-rollout-back", "snapshot-published")


def test_a_logout_is_answered_where_the_session_was_answered_under(world: World) -> None:
    world.register(SP, a_policy(), logout=redirect_at(SP))
    new = redirect_at(f"{SP}/new")
    stage(world, logout=new, signing_certificates=(STRANGER.certificate,))
    browser = world.browser()
    ask(world, browser, signed_by=STRANGER)
    visit = visit_of(log_in(world, browser))
    xml = a_logout_request(world, visit)
    told = sent_by(browser.open(slo_address(xml, signed_by=STRANGER), follow=False))
    assert (told.to, told.status) == (f"{SP}/new/slo", ("Success",))


def test_a_logout_of_the_old_version_is_accepted_beside_it(world: World) -> None:
    world.register(SP, a_policy(), logout=redirect_at(SP))
    browser = logged_in(world)
    visit = visit_of(browser.page)
    stage(world, logout=redirect_at(f"{SP}/new"), signing_certificates=(STRANGER.certificate,))
    assert sent_by(asks(world, browser, visit, follow=False)).to == f"{SP}/slo"


def visit_of(page: Page) -> Visit:
    [statement] = page.answer().iter(f"{{{names.SAML}}}AuthnStatement")
    name_id = page.name_id
    return Visit(
        SP, name_id.text or "", name_id.get("Format", ""), statement.get("SessionIndex", "")
    )


def test_an_artifact_is_fetched_with_the_key_of_either_version(world: World) -> None:
    world.register(NAV, a_policy(attributes=("uid", "SecurityLevel")), consumers=CONSUMERS)
    keys = (STRANGER.certificate,)
    artifact = an_artifact(world)
    stage(world, entity_id=NAV, consumers=CONSUMERS, signing_certificates=keys)
    for key in (STRANGER, REGISTERED):
        assert sent(world, a_resolve(artifact, world.clock.now(), key)).status_code == 200


# --- staff ----------------------------------------------------------------------------------


@pytest.fixture
def admin(world: World) -> Browser:
    return staff_browser(world, KARI, Role.ADMINISTRATOR)


def proposed(world: World, organisation: str | None = None) -> str:
    policy = a_policy(organisation_number=organisation)
    proposal = Proposal(b"<new/>", a_description(SP, consumers=CONSUMER), policy, ())
    return desk(world.store).propose(proposal, "shell:nina", world.clock.now()).version


def test_an_administrator_rolls_out_to_a_share_and_makes_it_full(
    world: World, admin: Browser
) -> None:
    address, version = sp_address(world), proposed(world)
    assert 'value="trial"' in admin.open(address).text
    wrong = {"how": "share", "share": "100", "hours": "24", "version": version}
    assert send(admin, f"{address}/rollout", **wrong).status == 422
    page = send(admin, f"{address}/rollout", **(wrong | {"share": "10"}))
    assert page.dom.xpath("//h2[@id='rollout']")
    assert world.outside.snapshots.current().staged[SP].staged.share == 10
    send(admin, f"{address}/rollout/full")
    assert world.outside.snapshots.current().find(SP).description.consumers == CONSUMER
    assert not admin.open(address).dom.xpath("//h2[@id='rollout']")


def test_what_is_on_its_way_waits_for_nobodys_decision(world: World, admin: Browser) -> None:
    address, version = sp_address(world), proposed(world)
    assert address in admin.open("/registry?state=waiting").text
    admin.open(address)
    send(admin, f"{address}/rollout", how="share", share="10", hours="24", version=version)
    assert not admin.page.dom.xpath("//*[@name='approve' or @name='reject']")
    assert address not in admin.open("/registry?state=waiting").text
    assert address in admin.open("/registry?state=on-its-way").text
    assert "ventar" not in admin.page.text and "venter på" not in admin.page.text


def test_what_a_killed_process_approved_on_the_page_is_published_by_itself(
    world: World, admin: Browser
) -> None:
    address, version = sp_address(world), proposed(world)
    admin.open(address)
    rooms = world.app.extensions[EXTENSION]

    def approve(key: SigningKey) -> None:
        world.app.extensions[EXTENSION] = replace(rooms, signing_key=key)
        send(admin, f"{address}/approve", version=version)

    killed_while_it_signs(rooms.signing_key, approve)
    follower = rollouts.Follower(world.settings, world.store, rooms.certificates)
    follower.follow(world.clock.now())
    assert world.outside.snapshots.current().find(SP).description.consumers != CONSUMER
    world.clock.move(minutes=1)
    follower.follow(world.clock.now())
    assert world.outside.snapshots.current().find(SP).description.consumers == CONSUMER
    told = [event["details"] for event in world.events("snapshot-published")]
    assert any(f"left unpublished: {SP} by staff:" in one for one in told)


def test_a_schedule_is_seen_and_cancelled(world: World, admin: Browser) -> None:
    address, version = sp_address(world), proposed(world)
    admin.open(address)
    form = {"how": "scheduled", "version": version}
    assert send(admin, f"{address}/rollout", at="2020-01-01T10:00", **form).status == 422
    send(admin, f"{address}/rollout", at="2026-01-09T10:00", **form)
    assert not world.outside.snapshots.current().staged
    assert admin.page.dom.xpath("//h2[@id='rollout']")
    send(admin, f"{address}/rollout/back")
    assert not admin.page.dom.xpath("//h2[@id='rollout']")
    assert send(admin, f"{address}/rollout/back").status == 200


def test_the_agency_reports_and_it_goes_back_at_once(world: World, admin: Browser) -> None:
    world.register(SP, a_policy(organisation_number=CONTACT_OF))
    address, version = sp_address(world), proposed(world, CONTACT_OF)
    admin.open(address)
    send(admin, f"{address}/rollout", how="trial", version=version)
    contact = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    assert "/rollout/report" in contact.open(address).text
    assert send(contact, f"{address}/rollout/full").status == 404
    contact.open(address)
    assert send(contact, f"{address}/rollout/report").status == 200
    assert not world.outside.snapshots.current().staged
    assert "organisasjonen melde" in admin.open(f"{address}?locale=nn").text


def test_nobody_rolls_out_what_they_proposed(world: World, admin: Browser) -> None:
    address = sp_address(world)
    admin.open(address)
    send(admin, f"{address}/suspend")
    version = send(admin, f"{address}/resume").inputs()["version"]
    form = {"how": "scheduled", "at": "2026-01-09T10:00", "version": version}
    assert send(admin, f"{address}/rollout", **form).status == 409
