"""The answer to an accepted request: on record before it leaves, and never to the wrong one."""

import json
from dataclasses import dataclass
from typing import Any

from lxml import etree

from hub.keys.running import SigningKeys
from hub.saml import response
from hub.saml.message_id import new_message_id
from metadata import names
from tests.builders import (
    CONSUMER,
    MOMENT,
    SP,
    a_description,
    a_policy,
    a_query,
    an_authn_request,
    asking_for,
    on_behalf_of,
)
from tests.fakes import BrokenLedger, Meddling
from tests.hub.saml.answers import decrypted, found
from tests.hub.world import KARI, OLA, OPEN, SEALED, World, ask, log_in, logged_in

PERSISTENT = f'<samlp:NameIDPolicy Format="{names.PERSISTENT}"/>'
BY_INDEX = {"AssertionConsumerServiceIndex": "1"}


def subject(name_id: str) -> str:
    return f"<saml:Subject><saml:NameID>{name_id}</saml:NameID></saml:Subject>"


# --- what it tells ----------------------------------------------------------------------


def test_it_tells_the_attributes_of_the_profile(world: World) -> None:
    assert logged_in(world).page.attributes == {
        "uid": KARI.number,
        "SecurityLevel": "3",
        "Culture": "nb",
        "AuthMethod": "Minid-OTC",
    }


def test_a_login_with_a_letter_code_says_so(world: World) -> None:
    assert logged_in(world, OLA).page.attributes["AuthMethod"] == "Minid-PIN"


def test_without_a_legal_basis_no_number_leaves(world: World) -> None:
    world.register(OPEN, a_policy(legal_basis=None), authn_requests_signed=False)
    page = ask(world, logged_in(world), issuer=OPEN)
    assert "uid" not in page.attributes
    assert KARI.number.encode() not in etree.tostring(page.answer())


def test_on_behalf_of_is_echoed_and_shown_on_the_login_page(world: World) -> None:
    browser = world.browser()
    assert "Aukra kommune" in ask(world, browser, content=on_behalf_of("Aukra")).text
    assert log_in(world, browser).attributes["OnBehalfOf"] == "Aukra"


def test_the_class_that_was_asked_for_is_stated(world: World) -> None:
    asked = asking_for(names.SMARTCARD_PKI, names.PASSWORD_PROTECTED_TRANSPORT)
    page = ask(world, logged_in(world), content=asked)
    stated = found(page.answer(), ".//saml:AuthnContextClassRef").text
    assert stated == names.PASSWORD_PROTECTED_TRANSPORT


def test_it_goes_to_the_consumer_that_was_asked_for(world: World) -> None:
    page = ask(world, logged_in(world), **BY_INDEX)
    assert page.post.action == page.answer().get("Destination") == f"{SP}/other"
    data = found(page.answer(), ".//saml:SubjectConfirmationData")
    assert data.get("Recipient") == f"{SP}/other"


def test_to_a_service_with_an_encryption_key_nothing_goes_in_clear(world: World) -> None:
    answer = ask(world, logged_in(world), issuer=SEALED).answer()
    assert answer.find(f"{{{names.SAML}}}Assertion") is None
    plain = decrypted(found(answer, "saml:EncryptedAssertion"))
    assert KARI.number in "".join(str(text) for text in plain.itertext())


def test_the_page_that_posts_it_allows_posting_elsewhere_and_no_scripts_of_others(
    world: World,
) -> None:
    policy = logged_in(world).page.response.headers["Content-Security-Policy"]
    assert "form-action https: http:" in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


# --- names ------------------------------------------------------------------------------


def test_a_transient_name_stays_within_its_session(world: World) -> None:
    browser = logged_in(world)
    name = browser.page.name_id.text
    assert ask(world, browser).name_id.text == name
    assert logged_in(world).page.name_id.text != name


def test_a_persistent_name_stays_with_person_and_service(world: World) -> None:
    first, second = (logged_in(world, content=PERSISTENT) for _ in range(2))
    name = first.page.name_id.text
    assert second.page.name_id.text == name
    elsewhere = ask(world, second, issuer=OPEN, content=PERSISTENT).name_id.text
    assert elsewhere != name != logged_in(world, OLA, content=PERSISTENT).page.name_id.text


def test_without_leave_to_create_a_name_none_is_made(world: World) -> None:
    forbidden = PERSISTENT.replace("/>", ' AllowCreate="false"/>')
    browser = logged_in(world)
    assert ask(world, browser, content=forbidden).statuses[-1] == "InvalidNameIDPolicy"
    name = ask(world, browser, content=PERSISTENT).name_id.text
    assert ask(world, browser, content=forbidden).name_id.text == name


def test_a_subject_that_is_the_person_is_answered(world: World) -> None:
    browser = logged_in(world)
    name = browser.page.name_id.text or ""
    assert ask(world, browser, content=subject(name)).statuses == ["Success"]


def test_a_subject_that_is_somebody_else_is_an_unknown_principal(world: World) -> None:
    others = logged_in(world, OLA).page.name_id.text or ""
    page = ask(world, logged_in(world), content=subject(others))
    assert page.statuses[-1] == "UnknownPrincipal"
    assert len(world.events("answered")) == 2


def test_the_name_of_the_person_at_another_service_is_unknown_here(world: World) -> None:
    browser = logged_in(world, content=PERSISTENT)
    elsewhere = ask(world, browser, issuer=OPEN, content=PERSISTENT).name_id.text or ""
    assert ask(world, browser, content=subject(elsewhere)).statuses[-1] == "UnknownPrincipal"


# --- on record first --------------------------------------------------------------------


def test_the_answer_is_on_record(world: World) -> None:
    page = logged_in(world).page
    (row,) = world.events("answered")
    assert (row["entity_id"], row["request_id"]) == (SP, page.request_id)
    told = json.loads(row["details"])
    assert told["assertion"] == found(page.answer(), "saml:Assertion").get("ID")
    assert told["attributes"] == "uid SecurityLevel Culture AuthMethod"
    assert KARI.number not in str(row)


@dataclass
class OneKey:
    """A folder of keys with one key in it."""

    key: Any

    def find(self, _use: str, _fingerprint: str) -> Any:
        return self.key


def test_it_is_on_record_before_it_is_signed(world: World) -> None:
    recorded: list[int] = []
    key = world.outside.keys.signing(SP, MOMENT)
    look = Meddling(key, "sign", lambda: recorded.append(len(world.events("answered"))))
    world.replace(keys=SigningKeys(OneKey(look), world.store.keys))
    logged_in(world)
    assert recorded == [1, 1]  # the assertion, and the Response around it


def test_what_cannot_be_put_on_record_does_not_leave(world: World) -> None:
    browser = logged_in(world)
    world.replace_store(ledger=BrokenLedger())
    page = ask(world, browser)
    assert (page.status, page.code, page.is_answer) == (503, "store-failed", False)


def test_a_request_whose_answer_could_not_be_put_on_record_may_come_again(world: World) -> None:
    browser, ledger = logged_in(world), world.store.ledger
    request = an_authn_request(new_message_id(), issued_at=world.clock.now())
    query = a_query(request)
    world.replace_store(ledger=BrokenLedger())
    assert browser.open_query(query).status == 503
    world.replace_store(ledger=ledger)
    assert browser.open_query(query).is_answer
    assert not browser.open_query(query).is_answer


def test_even_a_refusal_must_be_put_on_record(world: World) -> None:
    world.replace_store(ledger=BrokenLedger())
    page = ask(world, world.browser(), IsPassive="true")
    assert (page.status, page.code) == (503, "store-failed")


def test_a_status_is_on_record(world: World) -> None:
    page = ask(world, world.browser(), IsPassive="true")
    assert [row["request_id"] for row in world.events("refused")] == [page.request_id]


def test_the_trace_explains_the_answer_and_shows_no_number(world: World) -> None:
    page = ask(world, logged_in(world))
    story = "\n".join(world.story(page.request_id))
    assert "accepted: " in story and "decided: Answer" in story and CONSUMER in story
    assert KARI.number not in story


# --- what changes meanwhile -------------------------------------------------------------


def test_a_service_suspended_between_request_and_answer_gets_no_assertion(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    world.suspend(SP)
    page = log_in(world, browser)
    assert (page.is_answer, page.status) == (False, 400)
    assert world.events("answered") == []


def test_cancelling_a_login_to_a_service_suspended_meanwhile_is_no_fault_of_ours(
    world: World,
) -> None:
    browser = world.browser()
    ask(world, browser)
    world.suspend(SP)
    assert (browser.send(cancel="1").status, browser.page.code) == (400, "request-refused")


def test_a_consumer_removed_between_request_and_answer_gets_no_assertion(world: World) -> None:
    browser = world.browser()
    ask(world, browser, **BY_INDEX)
    world.register(SP, consumers=a_description().consumers[:1])
    page = log_in(world, browser)
    assert (page.is_answer, page.status) == (False, 400)


def test_a_session_ended_meanwhile_takes_its_answer_with_it(world: World) -> None:
    browser = logged_in(world)
    (row,) = world.events("answered")
    end = Meddling(
        world.store.ledger,
        "answered",
        lambda: world.store.sessions.end_all(row["person_id"], world.clock.now()),
    )
    world.replace_store(ledger=end)
    page = ask(world, browser)
    assert (page.status, page.code, page.is_answer) == (409, "session-ended", False)
    assert len(world.events("answered")) == 1


def test_a_login_that_is_over_before_its_answer_is_asked_for_again(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    response = browser.send(otp=world.sms.newest_code, follow=False).response
    world.clock.move(minutes=31)
    page = browser.open(response.headers["Location"])
    assert "national_id" in page.inputs()


# --- cancelled --------------------------------------------------------------------------


def test_cancel_tells_the_service(world: World) -> None:
    browser = world.browser()
    ask(world, browser, relay_state="state")
    page = browser.send(cancel="1")
    assert page.statuses == ["Responder", "AuthnFailed"]
    assert dict(page.post.fields)["RelayState"] == "state"


def test_after_cancel_the_login_is_over(world: World) -> None:
    browser = world.browser()
    path = ask(world, browser).path
    browser.send(cancel="1")
    assert browser.open(path).code == "flow-over"


def test_cancel_works_at_every_step(world: World) -> None:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=KARI.password or "")
    assert browser.send(cancel="1").statuses == ["Responder", "AuthnFailed"]


def test_a_signed_status_is_what_a_service_can_rely_on(world: World) -> None:
    page = ask(world, world.browser(), IsPassive="true")
    assert response.SUCCESS.top not in etree.tostring(page.answer()).decode()
    assert found(page.answer(), "ds:Signature") is not None
