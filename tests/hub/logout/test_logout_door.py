"""`/saml/slo`: who may end what, and what the asking service is told."""

from base64 import b64decode
from typing import Any
from urllib.parse import unquote

import pytest

from hub.saml import soap
from metadata import names
from metadata.detached_signature import verify_detached
from metadata.signature import signed_part
from tests.builders import REGISTERED, STRANGER, enveloped
from tests.hub.logout_messages import (
    ASKER,
    OTHER,
    PARTIAL,
    SLO,
    SLO_SOAP,
    SUCCESS,
    Visit,
    a_logout_request,
    asks,
    redirect_at,
    sent_by,
    slo_address,
    slo_form,
    statuses,
    visited,
)
from tests.hub.world import Browser, World


@pytest.fixture
def citizen(world: World) -> Browser:
    return world.browser()


@pytest.fixture
def visit(world: World, citizen: Browser) -> Visit:
    return visited(world, citizen, ASKER)


def is_logged_in(citizen: Browser) -> bool:
    page = citizen.open("/me")
    return page.path == "/me"


def refusal(world: World, citizen: Browser, address: str) -> str:
    """The exact code of a refusal, which only the trace tells."""
    page = citizen.open(address)
    assert (page.status, page.code) == (400, "request-refused")
    return next(s for s in world.story(page.request_id) if s.startswith("refused")).split(": ")[1]


def test_it_answers_at_once_when_nobody_else_took_part(
    world: World, citizen: Browser, visit: Visit
) -> None:
    sent = sent_by(asks(world, citizen, visit, follow=False, relay_state="here & back"))
    assert (sent.to, sent.status) == (f"{ASKER}/slo", SUCCESS)
    assert sent.fields["RelayState"] == "here & back"
    assert not is_logged_in(citizen)


def test_its_answer_says_what_it_answers_and_whom(
    world: World, citizen: Browser, visit: Visit
) -> None:
    answer = sent_by(asks(world, citizen, visit, follow=False, id="_asked")).message
    assert answer.get("InResponseTo") == "_asked"
    assert answer.get("Destination") == f"{ASKER}/slo"


def test_its_answer_is_signed_over_the_query(
    world: World, citizen: Browser, visit: Visit
) -> None:
    url = sent_by(asks(world, citizen, visit, follow=False, relay_state="a b")).url
    signed, _, value = url.partition("?")[2].partition("&Signature=")
    key = world.outside.keys.published(world.clock.now())
    assert verify_detached(signed.encode(), b64decode(unquote(value)), names.RSA_SHA256, key)


def test_it_answers_at_the_response_location(world: World, citizen: Browser) -> None:
    at = redirect_at(ASKER, response_url=f"{ASKER}/answers")
    visit = visited(world, citizen, ASKER, logout=at)
    assert sent_by(asks(world, citizen, visit, follow=False)).to == f"{ASKER}/answers"


def test_a_name_that_no_session_has_is_an_unknown_principal(
    world: World, citizen: Browser, visit: Visit
) -> None:
    content = "<saml:NameID>_somebody</saml:NameID>"
    sent = sent_by(asks(world, citizen, visit, follow=False, content=content))
    assert sent.status == ("Requester", "UnknownPrincipal")
    assert is_logged_in(citizen)


def test_a_service_cannot_end_the_session_that_another_was_told_of(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    sent = sent_by(asks(world, citizen, visit, follow=False, issuer=OTHER))
    assert sent.status == ("Requester", "UnknownPrincipal")
    assert is_logged_in(citizen)


def test_the_name_alone_ends_all_its_sessions(
    world: World, citizen: Browser, visit: Visit
) -> None:
    content = f"<saml:NameID>{visit.name_id}</saml:NameID>"
    assert sent_by(asks(world, citizen, visit, follow=False, content=content)).status == SUCCESS
    assert not is_logged_in(citizen)


def test_it_works_when_the_session_is_over_already(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    world.clock.move(hours=3)
    page = asks(world, citizen, visit)
    assert (page.status, page.path.startswith("/logout/")) == (200, True)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("request-destination", {"destination": f"{SLO}/"}),
        ("request-destination", {"destination": None}),
        ("request-stale", {"issued_at": "2025-12-31T00:00:00Z"}),
        ("request-from-the-future", {"issued_at": "2027-01-01T00:00:00Z"}),
        ("logout-expired", {"NotOnOrAfter": "2026-01-02T03:00:00Z"}),
        ("request-issuer", {"issuer": None}),
        ("logout-name-id", {"content": "<saml:EncryptedID/>"}),
        ("logout-name-id", {"content": ""}),
        ("logout-name-id", {"content": '<saml:NameID NameQualifier="x">_a</saml:NameID>'}),
        ("logout-name-id", {"content": '<saml:NameID SPNameQualifier="x">_a</saml:NameID>'}),
        ("request-kind", {"root": "samlp:AuthnRequest"}),
    ],
)
def test_it_refuses_what_it_may_not_obey(
    world: World, citizen: Browser, visit: Visit, code: str, changes: dict[str, Any]
) -> None:
    xml = a_logout_request(world, visit, **changes)
    assert refusal(world, citizen, slo_address(xml)) == code
    assert is_logged_in(citizen)


def test_it_refuses_an_unsigned_one_even_of_a_service_that_need_not_sign_logins(
    world: World, citizen: Browser
) -> None:
    visit = visited(world, citizen, ASKER, authn_requests_signed=False)
    xml = a_logout_request(world, visit)
    assert refusal(world, citizen, slo_address(xml, signed_by=None)) == "signature-missing"
    assert is_logged_in(citizen)


def test_it_refuses_one_that_is_signed_with_a_foreign_key(
    world: World, citizen: Browser, visit: Visit
) -> None:
    xml = a_logout_request(world, visit)
    assert refusal(world, citizen, slo_address(xml, signed_by=STRANGER)) == "signature-invalid"


def test_it_refuses_one_of_a_suspended_service(
    world: World, citizen: Browser, visit: Visit
) -> None:
    world.suspend(ASKER)
    xml = a_logout_request(world, visit)
    assert refusal(world, citizen, slo_address(xml)) == "sp-not-trusted"


def test_it_refuses_a_request_and_an_answer_at_once(
    world: World, citizen: Browser, visit: Visit
) -> None:
    address = slo_address(a_logout_request(world, visit)) + "&SAMLResponse=x"
    assert refusal(world, citizen, address) == "request-parameter-twice"


def test_the_same_request_again_finds_its_page_again(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    address = slo_address(a_logout_request(world, visit))
    assert citizen.open(address).path == citizen.open(address).path


def test_the_same_request_in_another_browser_is_refused(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    address = slo_address(a_logout_request(world, visit))
    citizen.open(address)
    assert refusal(world, world.browser(), address) == "request-repeated"


def test_by_post_it_ends_the_session_without_a_cookie(
    world: World, citizen: Browser, visit: Visit
) -> None:
    page = citizen.post_from_elsewhere(
        slo_form(a_logout_request(world, visit)), "/saml/slo", follow=False
    )
    assert "Set-Cookie" not in page.response.headers
    assert not is_logged_in(citizen)


def test_by_post_the_answer_goes_on_from_a_page_of_ours(
    world: World, citizen: Browser, visit: Visit
) -> None:
    form = slo_form(a_logout_request(world, visit))
    page = citizen.post_from_elsewhere(form, "/saml/slo", follow=False)
    assert (page.status, sent_by(page).status) == (200, SUCCESS)
    assert sent_by(page).fields["RelayState"] == "back & forth"


def test_by_post_the_page_is_the_first_browsers_own(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    page = citizen.post_from_elsewhere(slo_form(a_logout_request(world, visit)), "/saml/slo")
    assert page.path.startswith("/logout/")
    assert world.browser().open(page.path).code == "logout-foreign"


def test_by_post_an_unsigned_one_is_refused(
    world: World, citizen: Browser, visit: Visit
) -> None:
    form = slo_form(a_logout_request(world, visit), signed_by=None)
    page = citizen.post_from_elsewhere(form, "/saml/slo")
    assert (page.status, page.code) == (400, "request-refused")
    assert is_logged_in(citizen)


# --- the back channel -------------------------------------------------------------------------


def asks_by_soap(world: World, message: bytes) -> tuple[int, Any]:
    answer = world.app.test_client().post(
        "/saml/slo/soap",
        data=soap.enveloped_message(message),
        content_type="text/xml",
        base_url=world.settings.base_url,
    )
    assert answer.content_type == soap.CONTENT_TYPE
    return answer.status_code, answer.get_data()


def test_by_soap_it_answers_in_the_envelope(
    world: World, citizen: Browser, visit: Visit
) -> None:
    xml = a_logout_request(world, visit, destination=SLO_SOAP)
    status, envelope = asks_by_soap(world, enveloped(xml, REGISTERED))
    answer = soap.body_of(envelope)
    assert (status, statuses(answer)) == (200, SUCCESS)
    assert signed_part(answer, world.outside.keys.published(world.clock.now()))
    assert not is_logged_in(citizen)


def test_by_soap_others_that_only_the_browser_can_tell_make_it_partial(
    world: World, citizen: Browser, visit: Visit
) -> None:
    visited(world, citizen, OTHER)
    xml = a_logout_request(world, visit, destination=None)
    _, envelope = asks_by_soap(world, enveloped(xml, REGISTERED))
    assert statuses(soap.body_of(envelope)) == PARTIAL


def test_by_soap_a_name_that_no_session_has_is_an_unknown_principal(
    world: World, citizen: Browser, visit: Visit
) -> None:
    content = "<saml:NameID>_somebody</saml:NameID>"
    xml = a_logout_request(world, visit, destination=SLO_SOAP, content=content)
    _, envelope = asks_by_soap(world, enveloped(xml, REGISTERED))
    assert statuses(soap.body_of(envelope)) == ("Requester", "UnknownPrincipal")


def test_by_soap_every_refusal_is_the_same_fault(
    world: World, citizen: Browser, visit: Visit
) -> None:
    unsigned = a_logout_request(world, visit, destination=SLO_SOAP)
    elsewhere = enveloped(a_logout_request(world, visit, destination=SLO), REGISTERED)
    stranger = enveloped(a_logout_request(world, visit, issuer="https://x.example"), REGISTERED)
    answers = {asks_by_soap(world, one) for one in (unsigned, elsewhere, stranger, b"<x/>")}
    assert answers == {(500, soap.fault())}
    assert is_logged_in(citizen)


def test_a_logout_is_on_record_with_its_person_and_service(
    world: World, citizen: Browser, visit: Visit
) -> None:
    asks(world, citizen, visit, follow=False)
    begun, answered = world.events("logged-out", "logout-answered")
    assert begun["entity_id"] == answered["entity_id"] == ASKER
    assert begun["person_id"] is not None
