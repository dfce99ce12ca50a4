"""Scoping, Subject and binding of a request, and logins that begin at the hub."""

from typing import Any

import pytest

from hub.requesters import LONGEST_CLAIM, MOST_SHOWN
from metadata import names
from tests.builders import CONSUMER, HUB, SP, a_form, a_policy, an_authn_request
from tests.hub.saml.answers import found
from tests.hub.world import KARI, OPEN, Browser, Page, World, ask, log_in, logged_in

IDP = f"{HUB}/saml/metadata"
PAOS = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS"


def scoping(*requesters: str, idps: tuple[str, ...] = (), proxies: str | None = None) -> str:
    listed = "".join(f'<samlp:IDPEntry ProviderID="{idp}"/>' for idp in idps)
    listed = f"<samlp:IDPList>{listed}</samlp:IDPList>" if idps else ""
    asking = "".join(f"<samlp:RequesterID>{one}</samlp:RequesterID>" for one in requesters)
    count = "" if proxies is None else f' ProxyCount="{proxies}"'
    return f"<samlp:Scoping{count}>{listed}{asking}</samlp:Scoping>"


def said(page: Page) -> list[str]:
    """What the login page says of who else is behind the login."""
    texts = [" ".join(p.text_content().split()) for p in page.dom.xpath("//main//p")]
    beginning = "Tjenesten sier at innloggingen gjelder "
    return [text.removeprefix(beginning) for text in texts if text.startswith(beginning)]


def asked(world: World, content: str = "", **request: Any) -> Page:
    return ask(world, world.browser(), content=content, **request)


# --- RequesterID ------------------------------------------------------------------------


def test_a_registered_requester_is_shown_by_its_name(world: World) -> None:
    assert said(asked(world, scoping(OPEN))) == ["Etaten"]


def test_one_that_nobody_knows_is_shown_as_text_and_not_as_a_link(world: World) -> None:
    page = asked(world, scoping("https://bad.example/&lt;script&gt;alert(1)&lt;/script&gt;"))
    assert said(page) == ["https://bad.example/<script>alert(1)</script>"]
    assert "<script>alert" not in page.text
    assert not page.dom.xpath("//a[contains(@href,'bad.example')]")


def test_long_claims_and_long_lists_are_cut_short(world: World) -> None:
    (shown,) = said(asked(world, scoping(*[f"{n}{'x' * 500}" for n in range(9)])))
    assert shown.count("…") == MOST_SHOWN
    assert len(shown) <= MOST_SHOWN * (LONGEST_CLAIM + 3)


def test_without_requesters_nothing_is_said_of_them(world: World) -> None:
    assert said(asked(world, scoping(proxies="0"))) == []


# --- IDPList and ProxyCount -------------------------------------------------------------


def test_a_list_of_others_only_is_answered_before_anybody_logs_in(world: World) -> None:
    page = asked(world, scoping(idps=("https://other.example.no", f"{IDP}/")))
    assert page.statuses == ["Responder", "NoSupportedIDP"]


def test_a_list_with_this_hub_in_it_is_served(world: World) -> None:
    page = asked(world, scoping(idps=("https://other.example.no", IDP)))
    assert page.path.startswith("/login/")


@pytest.mark.parametrize("count", ["0", "5"])
def test_proxies_are_not_used_so_any_count_is_honoured(world: World, count: str) -> None:
    assert asked(world, scoping(proxies=count)).path.startswith("/login/")


# --- consumer and binding ---------------------------------------------------------------


@pytest.mark.parametrize("binding", [names.HTTP_ARTIFACT, PAOS, "urn:nothing"])
def test_a_binding_that_cannot_be_had_is_told_before_anybody_logs_in(
    world: World, binding: str
) -> None:
    page = asked(world, ProtocolBinding=binding)
    assert page.statuses == ["Responder", "UnsupportedBinding"]
    assert page.post.action == CONSUMER


def test_it_is_told_to_one_that_came_by_post_as_well(world: World) -> None:
    from_elsewhere = world.browser()
    page = posted(world, from_elsewhere, ProtocolBinding=PAOS)
    assert page.statuses == ["Responder", "UnsupportedBinding"]


def posted(world: World, browser: Browser, **request: Any) -> Page:
    message = an_authn_request(issued_at=world.clock.now(), **request)
    return browser.post_from_elsewhere(a_form(message))


# --- Subject and NameIDPolicy -----------------------------------------------------------


def policy(format: str, **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<samlp:NameIDPolicy Format="{format}"{more}/>'


def subject(name_id: str, more: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<saml:Subject><saml:NameID{written}>{name_id}</saml:NameID>{more}</saml:Subject>"


def test_an_e_mail_address_as_name_is_refused_before_anybody_logs_in(world: World) -> None:
    page = asked(world, policy(names.EMAIL_NAME_ID))
    assert page.statuses == ["Requester", "InvalidNameIDPolicy"]


def test_a_persistent_name_says_who_gave_it_to_whom(world: World) -> None:
    name = logged_in(world, content=policy(names.PERSISTENT)).page.name_id
    assert (name.get("NameQualifier"), name.get("SPNameQualifier")) == (IDP, SP)


def test_a_person_who_is_asked_about_is_told_by_the_name_asked_about(world: World) -> None:
    browser = logged_in(world, content=policy(names.PERSISTENT))
    name = browser.page.name_id.text or ""
    about = subject(name, Format=names.PERSISTENT, NameQualifier=IDP, SPNameQualifier=SP)
    answered = ask(world, browser, content=about).name_id
    assert (answered.text, answered.get("Format")) == (name, names.PERSISTENT)


@pytest.mark.parametrize("qualifier", ["NameQualifier", "SPNameQualifier"])
def test_a_name_that_another_gave_is_not_this_persons(world: World, qualifier: str) -> None:
    browser = logged_in(world)
    about = subject(browser.page.name_id.text or "", **{qualifier: "https://other.example.no"})
    assert ask(world, browser, content=about).statuses == ["Responder", "UnknownPrincipal"]


@pytest.mark.parametrize("format", [names.PERSISTENT, names.EMAIL_NAME_ID])
def test_a_name_of_another_format_is_not_this_persons(world: World, format: str) -> None:
    browser = logged_in(world)
    about = subject(browser.page.name_id.text or "", Format=format)
    assert ask(world, browser, content=about).statuses == ["Responder", "UnknownPrincipal"]


def test_a_transient_name_is_over_with_its_session(world: World) -> None:
    name = logged_in(world).page.name_id.text or ""
    world.clock.move(minutes=31)
    browser = world.browser()
    ask(world, browser, content=subject(name))
    assert log_in(world, browser).statuses == ["Responder", "UnknownPrincipal"]


def test_a_subject_with_a_confirmation_is_refused(world: World) -> None:
    confirmation = f'<saml:SubjectConfirmation Method="{names.BEARER}"/>'
    page = asked(world, subject("_a", confirmation))
    assert (page.status, page.code) == (400, "request-refused")


# --- logins that begin at the hub -------------------------------------------------------


def begun(world: World, browser: Browser, entity_id: str = OPEN, more: str = "") -> Page:
    return browser.open(f"/saml/init?sp={entity_id}{more}")


@pytest.fixture
def allowed(world: World) -> World:
    world.register(OPEN, a_policy(idp_initiated=True, return_url=f"{OPEN}/inn?a=b&c=æ"))
    return world


def test_it_is_off_unless_the_policy_allows_it(world: World) -> None:
    page = begun(world, world.browser(), SP)
    assert (page.status, page.code) == (400, "request-refused")


def test_a_service_that_nobody_knows_gets_the_same_page(world: World) -> None:
    known, unknown = (begun(world, world.browser(), sp) for sp in (SP, "https://no.example"))
    assert known.body == unknown.body
    assert begun(world, world.browser(), "").body == known.body


def test_it_leads_to_the_login_and_on_to_the_service(allowed: World) -> None:
    browser = allowed.browser()
    assert begun(allowed, browser).path.startswith("/login/")
    page = log_in(allowed, browser)
    assert page.post.action == f"{OPEN}/acs"
    assert page.attributes["uid"] == KARI.number


def test_its_answer_answers_no_request(allowed: World) -> None:
    page = begun(allowed, logged_in(allowed))
    assert page.answer().get("InResponseTo") is None
    assert found(page.answer(), ".//saml:SubjectConfirmationData").get("InResponseTo") is None


def test_relay_state_is_the_registered_address(allowed: World) -> None:
    page = begun(allowed, logged_in(allowed), more="&RelayState=https://attacker.example")
    assert dict(page.post.fields)["RelayState"] == f"{OPEN}/inn?a=b&c=æ"


def test_it_speaks_the_language_asked_for(allowed: World) -> None:
    page = begun(allowed, allowed.browser(), more="&locale=en")
    assert page.dom.get("lang") == "en"


def test_a_suspended_service_is_not_logged_in_to(allowed: World) -> None:
    allowed.suspend(OPEN)
    assert begun(allowed, allowed.browser()).code == "request-refused"
