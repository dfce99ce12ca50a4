"""A login at an agency, with an identity provider of the test's own."""

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from demo.provider import Provider
from tests.demo.conftest import BASE_URL, MovedClock
from tests.demo.requests_sent import Sent, ask
from tests.demo.throwaway_idp import ThrowawayIdp, new_key

ENTITIES = base64.b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode()


def answer(browser: FlaskClient, sent: Sent, response: str, acs: str | None = None) -> TestResponse:
    """The POST from the hub's site: it carries no cookie of ours."""
    return browser.post(
        urlsplit(acs or sent.acs).path,
        data={"SAMLResponse": response, "RelayState": sent.relay_state},
        base_url=BASE_URL,
    )


def sound(idp: ThrowawayIdp, sp: Provider, sent: Sent) -> str:
    encrypt_to = sp.keys.encryption.certificate if sp.keys.encryption else None
    return idp.login(sent.request_id, sp.entity_id, sent.acs, encrypt_to=encrypt_to)


@pytest.mark.parametrize(
    "name", ["miside", "skatteetaten", "lanekassen", "nav", "altinn", "posten", "kommune"]
)
def test_each_agency_welcomes_a_sound_answer(
    name: str, browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sp = sps[name]
    sent = ask(browser_at, sp)
    answered = answer(browser_at, sent, sound(idp, sp, sent))
    assert answered.status_code == 303
    cookie = answered.headers["Set-Cookie"]
    assert f"demo_{name}=" in cookie and f"Path=/{name}/" in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser_at.get(answered.headers["Location"], base_url=BASE_URL).text
    assert "05816611891" in page and "Minid-OTC" in page and "_s1" in page


def test_the_page_says_that_it_is_a_demo_of_the_service(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["nav"], "fastlege")
    answered = answer(browser_at, sent, sound(idp, sps["nav"], sent))
    page = browser_at.get(answered.headers["Location"], base_url=BASE_URL).text
    assert "demo av tenesta «Byte fastlege»" in page
    assert "&lt;saml:Assertion" in page


def test_a_response_meant_for_another_agency_is_refused(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["posten"])
    response = idp.login(sent.request_id, sps["kommune"].entity_id, sent.acs)
    assert_refused(answer(browser_at, sent, response), "is not a valid audience")


def test_a_response_sent_on_to_another_agency_is_refused(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["posten"])
    response = sound(idp, sps["posten"], sent)
    elsewhere = sps["kommune"].consumer_url(5)
    assert_refused(answer(browser_at, sent, response, elsewhere), "RelayState")


@pytest.mark.parametrize(
    "fault, reason",
    [
        ({"sign_assertion": False}, "The Assertion of the Response is not signed"),
        ({"sign_response": False}, "The Message of the Response is not signed"),
        ({"with_audience": False}, "names no audience"),
    ],
)
def test_a_response_with_less_than_it_must_have_is_refused(
    fault: Mapping[str, bool],
    reason: str,
    browser_at: FlaskClient,
    idp: ThrowawayIdp,
    sps: Mapping[str, Provider],
) -> None:
    sent = ask(browser_at, sps["posten"])
    response = idp.login(sent.request_id, sps["posten"].entity_id, sent.acs, **fault)
    assert_refused(answer(browser_at, sent, response), reason)


def test_an_answer_to_another_request_is_refused(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["posten"])
    response = idp.login("_another", sps["posten"].entity_id, sent.acs)
    assert_refused(answer(browser_at, sent, response), "InResponseTo")


def test_an_answer_is_used_once(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["posten"])
    response = sound(idp, sps["posten"], sent)
    assert answer(browser_at, sent, response).status_code == 303
    assert_refused(answer(browser_at, sent, response), "open request")


def test_an_answer_after_an_hour_is_refused(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider], clock: MovedClock
) -> None:
    sent = ask(browser_at, sps["posten"])
    clock.ahead = timedelta(minutes=61)
    assert_refused(answer(browser_at, sent, sound(idp, sps["posten"], sent)), "open request")


def test_level_3_does_not_open_a_service_that_needs_level_4(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["altinn"], "skjema-niva-4")
    assert_refused(answer(browser_at, sent, sound(idp, sps["altinn"], sent)), "level")


def test_a_new_key_of_the_hub_is_fetched_when_a_signature_does_not_fit(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider], clock: MovedClock
) -> None:
    ask(browser_at, sps["posten"])
    idp.key = new_key()
    clock.ahead = timedelta(seconds=10)
    sent = ask(browser_at, sps["posten"])
    assert answer(browser_at, sent, sound(idp, sps["posten"], sent)).status_code == 303
    assert idp.fetched == 2


def test_forged_signatures_do_not_make_it_fetch_again_and_again(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider], clock: MovedClock
) -> None:
    sent = ask(browser_at, sps["posten"])
    forger = ThrowawayIdp(issuer=idp.issuer)
    clock.ahead = timedelta(seconds=10)
    for _ in range(3):
        refused = answer(browser_at, sent, sound(forger, sps["posten"], sent))
        assert_refused(refused, "Signature validation failed")
    assert idp.fetched == 2


def test_any_of_the_keys_in_the_metadata_will_do(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    idp.published = [new_key(), idp.key]
    sent = ask(browser_at, sps["posten"])
    assert answer(browser_at, sent, sound(idp, sps["posten"], sent)).status_code == 303


def test_a_cancelled_login_is_told_in_plain_words_with_the_codes(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["miside"])
    response = idp.failure(sent.request_id, sent.acs, "Responder", "AuthnFailed")
    page = answer(browser_at, sent, response)
    assert page.status_code == 200
    assert "Du avbraut innlogginga" in page.text
    assert "status:Responder" in page.text and "status:AuthnFailed" in page.text


def test_level_4_that_cannot_be_had_is_told_honestly(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["altinn"], "skjema-niva-4")
    response = idp.failure(sent.request_id, sent.acs, "Requester", "NoAuthnContext")
    page = answer(browser_at, sent, response).text
    assert "MinID ikkje kan gje" in page and "status:NoAuthnContext" in page


def test_a_status_that_the_hub_did_not_sign_is_refused(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["miside"])
    response = idp.failure(sent.request_id, sent.acs, "Responder", signed=False)
    assert_refused(answer(browser_at, sent, response), "not signed by the hub")


@pytest.mark.parametrize(
    "rubbish",
    ["", "%%%", "bm90IFhNTA==", "PGEvPg==", ENTITIES],
    ids=["nothing", "no base64", "no XML", "no Response", "entities"],
)
def test_garbage_is_refused_politely(
    rubbish: str, browser_at: FlaskClient, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["skatteetaten"])
    assert_refused(answer(browser_at, sent, rubbish), "")


def test_logging_out_here_ends_the_login_here(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    sent = ask(browser_at, sps["posten"])
    where = answer(browser_at, sent, sound(idp, sps["posten"], sent)).headers["Location"]
    browser_at.post("/posten/logout", base_url=BASE_URL)
    after = browser_at.get(where, base_url=BASE_URL)
    assert after.status_code == 303 and after.headers["Location"].endswith("/posten/")


def test_without_the_hub_the_page_says_so(
    browser_at: FlaskClient, idp: ThrowawayIdp, sps: Mapping[str, Provider]
) -> None:
    idp.metadata = lambda: b"<html/>"  # type: ignore[method-assign]
    page = browser_at.get("/posten/login/sendingar", base_url=BASE_URL)
    assert page.status_code == 503
    assert "MinID svarar ikkje" in page.text


def assert_refused(page: TestResponse, reason: str) -> None:
    assert page.status_code == 400
    assert "Du er ikkje logga inn" in page.text and "Set-Cookie" not in page.headers
    assert reason in re.sub(r"\s+", " ", page.text)
