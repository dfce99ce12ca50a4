"""Answers by artifact: what the browser carries, and who gets what lies under it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from hub.saml.message_id import new_message_id
from metadata import names
from metadata.description import EncryptionKey, Endpoint
from tests.builders import (
    HUB,
    REGISTERED,
    SP,
    STRANGER,
    KeyPair,
    a_policy,
    an_authn_request,
    enveloped,
)
from tests.hub.saml.answers import decrypted, found
from tests.hub.world import KARI, OPEN, Browser, Page, World, ask, log_in, logged_in

NAV = "https://nav.example.no"  # takes its answers by artifact
RESOLVE = f"{HUB}/saml/artifact"
CONSUMERS = (
    Endpoint(names.HTTP_ARTIFACT, f"{NAV}/art", 0, True),
    Endpoint(names.HTTP_POST, f"{NAV}/post", 1),
)
SOAP = f'<s:Envelope xmlns:s="{names.SOAP}"><s:Body>%s</s:Body></s:Envelope>'
ODD_STATE = "a=b&c?#%+ æøå \u2028 <script>'\"\r\n\t\0 \U0001f600"


@pytest.fixture
def nav(world: World) -> World:
    """The world with a service provider that takes its answers by artifact."""
    world.register(NAV, a_policy(attributes=("uid", "SecurityLevel")), consumers=CONSUMERS)
    return world


def answer_at(world: World, browser: Browser | None = None, **request: Any) -> Page:
    """The page that sends a browser back to NAV."""
    if browser is not None:
        return ask(world, browser, issuer=NAV, **request)
    browser = world.browser()
    ask(world, browser, issuer=NAV, **request)
    return log_in(world, browser)


def carried_by(page: Page) -> list[tuple[str, str]]:
    """What the address that the page leads to carries."""
    return parse_qsl(urlsplit(address_of(page)).query, keep_blank_values=True)


def address_of(page: Page) -> str:
    (link,) = page.dom.xpath("//main//a[@class='ds-button']/@href")
    assert page.response.headers["Refresh"] == f"0; url={link}"
    return str(link)


def an_artifact(world: World) -> str:
    return dict(carried_by(answer_at(world)))["SAMLart"]


def a_resolve(
    artifact: str, at: datetime, signed_by: KeyPair | None = REGISTERED, **changes: Any
) -> bytes:
    given: dict[str, Any] = {
        "root": "samlp:ArtifactResolve",
        "content": f"<samlp:Artifact>{escape(artifact)}</samlp:Artifact>",
        "id": new_message_id(),
        "issuer": NAV,
        "issued_at": at,
        "destination": RESOLVE,
    }
    message = an_authn_request(**(given | changes))
    return message if signed_by is None else enveloped(message, signed_by)


def sent(world: World, message: bytes) -> TestResponse:
    client = world.app.test_client()
    envelope = SOAP % message.decode()
    return client.post(RESOLVE, data=envelope, content_type="text/xml", base_url=HUB)


def resolved(world: World, artifact: str, **changes: Any) -> etree._Element:
    """The ArtifactResponse."""
    response = sent(world, a_resolve(artifact, world.clock.now(), **changes))
    assert response.status_code == 200, response.get_data(as_text=True)
    return found(etree.fromstring(response.data), f"{{{names.SOAP}}}Body")[0]


def is_empty(response: etree._Element) -> bool:
    assert found(response, "samlp:Status/samlp:StatusCode").get("Value") == names.SUCCESS
    return response.find(f"{{{names.SAMLP}}}Response") is None


def refused(world: World, message: bytes) -> str:
    """The exact code of a refusal, which the answer itself does not tell."""
    response = sent(world, message)
    assert response.status_code == 500
    assert b"The message was refused." in response.data
    assert b"ArtifactResponse" not in response.data
    (told,) = [
        line
        for line in world.story(response.headers["X-Request-Id"])
        if line.startswith("refused: ")
    ]
    return told.removeprefix("refused: ").partition(":")[0]


# --- what the browser carries -----------------------------------------------------------


def test_the_browser_is_sent_on_with_an_artifact_by_a_page_of_ours(nav: World) -> None:
    page = answer_at(nav, relay_state="r")
    assert page.status == 200
    assert address_of(page).startswith(f"{NAV}/art?SAMLart=")
    assert [name for name, _ in carried_by(page)] == ["SAMLart", "RelayState"]
    assert KARI.number not in page.text


def test_a_live_session_is_answered_in_the_same_way(nav: World) -> None:
    page = answer_at(nav, logged_in(nav))
    assert address_of(page).startswith(f"{NAV}/art?SAMLart=")


def test_relay_state_comes_back_byte_for_byte(nav: World) -> None:
    page = answer_at(nav, logged_in(nav), relay_state=ODD_STATE)
    assert dict(carried_by(page))["RelayState"] == ODD_STATE


def test_an_address_too_long_for_servers_goes_as_a_form(nav: World) -> None:
    state = "æ" * 4096
    page = answer_at(nav, logged_in(nav), relay_state=state)
    assert "Refresh" not in page.response.headers
    assert page.post.action == f"{NAV}/art"
    fields = dict(page.post.fields)
    assert fields["RelayState"] == state
    assert not is_empty(resolved(nav, fields["SAMLart"]))


def test_the_consumer_asked_for_decides_the_binding(nav: World) -> None:
    page = answer_at(nav, logged_in(nav), AssertionConsumerServiceURL=f"{NAV}/post")
    assert page.is_answer


def test_the_binding_asked_for_decides_the_consumer(nav: World) -> None:
    page = answer_at(nav, logged_in(nav), ProtocolBinding=names.HTTP_POST)
    assert page.post.action == f"{NAV}/post"


def test_a_binding_that_the_consumer_does_not_have_is_told_by_its_own(nav: World) -> None:
    browser = nav.browser()
    url = f"{NAV}/art"
    asked = {"AssertionConsumerServiceURL": url, "ProtocolBinding": names.HTTP_POST}
    page = answer_at(nav, browser, **asked)
    message = resolved(nav, dict(carried_by(page))["SAMLart"])
    codes = [code.get("Value") for code in message.iter(f"{{{names.SAMLP}}}StatusCode")]
    assert codes == [names.SUCCESS, names.RESPONDER, names.UNSUPPORTED_BINDING]


# --- who gets it ------------------------------------------------------------------------


def test_what_lies_under_it_is_the_signed_response(nav: World) -> None:
    message = found(resolved(nav, an_artifact(nav)), "samlp:Response")
    assert message.get("Destination") == f"{NAV}/art"
    assert found(message, ".//saml:SubjectConfirmationData").get("Recipient") == f"{NAV}/art"
    values = [value.text for value in message.iter(f"{{{names.SAML}}}AttributeValue")]
    assert values == [KARI.number, "3"]


def test_for_a_service_with_an_encryption_key_it_is_encrypted_too(world: World) -> None:
    sealing = (EncryptionKey(REGISTERED.certificate, (names.AES256_GCM,)),)
    world.register(NAV, consumers=CONSUMERS, encryption_keys=sealing)
    response = resolved(world, an_artifact(world))
    assert KARI.number.encode() not in etree.tostring(response)
    encrypted = found(response, "samlp:Response/saml:EncryptedAssertion")
    assert KARI.number.encode() in etree.tostring(decrypted(encrypted))


def test_it_works_once(nav: World) -> None:
    artifact = an_artifact(nav)
    assert not is_empty(resolved(nav, artifact))
    assert is_empty(resolved(nav, artifact))


def test_it_works_for_a_minute(nav: World) -> None:
    artifact = an_artifact(nav)
    nav.clock.move(seconds=60)
    assert is_empty(resolved(nav, artifact))


def test_it_works_for_its_own_service_only(nav: World) -> None:
    artifact = an_artifact(nav)
    assert is_empty(resolved(nav, artifact, issuer=SP))
    assert not is_empty(resolved(nav, artifact))


@pytest.mark.parametrize("artifact", ["AAQAAA==", "not base64!", "A" * 60])
def test_one_that_we_never_gave_is_no_fault_and_nothing(nav: World, artifact: str) -> None:
    assert is_empty(resolved(nav, artifact))


def test_a_cancelled_login_is_told_by_artifact(nav: World) -> None:
    browser = nav.browser()
    ask(nav, browser, issuer=NAV)
    page = browser.send(cancel="1")
    message = found(resolved(nav, dict(carried_by(page))["SAMLart"]), "samlp:Response")
    assert message.find(f"{{{names.SAML}}}Assertion") is None
    codes = [code.get("Value") for code in message.iter(f"{{{names.SAMLP}}}StatusCode")]
    assert codes == [names.RESPONDER, names.AUTHN_FAILED]


def test_it_may_leave_the_destination_out(nav: World) -> None:
    assert not is_empty(resolved(nav, an_artifact(nav), destination=None))


# --- who gets nothing, and spoils nothing -----------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed_by": None}, "signature-missing"),
        ({"signed_by": STRANGER}, "signature-wrong-key"),
        ({"destination": f"{HUB}/saml/sso"}, "request-destination"),
        ({"issued_at": "2026-01-02T02:00:00Z"}, "request-stale"),
        ({"issued_at": "2026-01-02T04:00:00Z"}, "request-from-the-future"),
        ({"issuer": "https://unknown.example.no"}, "sp-unknown"),
        ({"root": "samlp:AuthnRequest"}, "request-kind"),
        ({"content": ""}, "artifact-missing"),
        ({"content": "<samlp:Artifact>a</samlp:Artifact>" * 2}, "request-element-twice"),
        ({"Version": "1.1"}, "request-version"),
    ],
)
def test_a_resolve_that_cannot_be_believed_gets_a_fault_that_tells_nothing(
    nav: World, changes: dict[str, Any], code: str
) -> None:
    artifact = an_artifact(nav)
    assert refused(nav, a_resolve(artifact, nav.clock.now(), **changes)) == code
    assert not is_empty(resolved(nav, artifact))


def test_a_service_that_may_ask_unsigned_must_sign_all_the_same(world: World) -> None:
    world.register(NAV, consumers=CONSUMERS, authn_requests_signed=False)
    message = a_resolve(an_artifact(world), world.clock.now(), signed_by=None)
    assert refused(world, message) == "signature-missing"


def test_the_same_resolve_is_not_obeyed_twice(nav: World) -> None:
    message = a_resolve(an_artifact(nav), nav.clock.now())
    assert sent(nav, message).status_code == 200
    assert refused(nav, message) == "request-repeated"


def test_a_suspended_service_gets_nothing(nav: World) -> None:
    artifact = an_artifact(nav)
    nav.suspend(NAV)
    assert refused(nav, a_resolve(artifact, nav.clock.now())) == "sp-not-trusted"


def test_only_the_signed_message_is_read(nav: World) -> None:
    artifact = an_artifact(nav)
    honest = a_resolve("AAQAAA==", nav.clock.now()).decode()
    forged = an_authn_request(
        root="samlp:ArtifactResolve",
        id="_forged",
        issuer=NAV,
        issued_at=nav.clock.now(),
        destination=RESOLVE,
        content=f"<samlp:Artifact>{artifact}</samlp:Artifact>"
        f"<samlp:Extensions>{honest}</samlp:Extensions>",
    )
    assert refused(nav, forged) == "signature-misplaced"
    assert not is_empty(resolved(nav, artifact))


@pytest.mark.parametrize("body", [b"", b"<a/>", b"\xff\xfe", b"<!DOCTYPE a><a/>"])
def test_what_is_no_soap_message_gets_the_same_fault(nav: World, body: bytes) -> None:
    response = nav.app.test_client().post(RESOLVE, data=body, base_url=HUB)
    assert response.status_code == 500
    assert b"The message was refused." in response.data


def test_it_sets_no_cookie_and_is_not_kept_by_caches(nav: World) -> None:
    response = sent(nav, a_resolve(an_artifact(nav), nav.clock.now()))
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


# --- what is on record ------------------------------------------------------------------


def test_a_fetched_answer_is_evidence_of_its_login(nav: World) -> None:
    page = answer_at(nav)
    resolved(nav, dict(carried_by(page))["SAMLart"])
    (event,) = nav.events("artifact-resolved")
    (answered,) = nav.events("answered")
    assert event["entity_id"] == NAV
    assert f'"answered": "{page.request_id}"' in event["details"]
    (assertion,) = re.findall(r'"assertion": "(\w+)"', answered["details"])
    assert assertion in event["details"]
    assert any(line.startswith("resolved: ") for line in nav.story(page.request_id))


def test_one_that_was_never_fetched_leaves_no_such_evidence(nav: World) -> None:
    an_artifact(nav)
    resolved(nav, "AAQAAA==")
    assert nav.events("artifact-resolved") == []


def test_a_service_that_takes_its_answers_by_form_gets_no_artifact(nav: World) -> None:
    assert answer_at(nav, logged_in(nav), ProtocolBinding=names.HTTP_POST).is_answer
    assert ask(nav, logged_in(nav), issuer=OPEN).is_answer
