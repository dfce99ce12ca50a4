"""`/saml/sso` from request to held flow: what is let in, once, and for whom."""

import pytest
from lxml import etree

from hub.saml.message_id import new_message_id
from metadata import names
from tests.builders import (
    HUB,
    SP,
    STRANGER,
    a_form,
    a_query,
    an_authn_request,
    asking_for,
    enveloped,
    lower_escaped,
)
from tests.hub.world import KARI, OPEN, PASSWORD, World, ask, log_in, logged_in

XML = an_authn_request()
QUERY = a_query(XML, "state")
REFUSED = {
    "request-missing": b"",
    "request-encoding": b"SAMLRequest=*",
    "xml-not-well-formed": a_query(b"<x"),
    "sp-unknown": a_query(an_authn_request(issuer="https://unknown.example.no")),
    "signature-missing": a_query(XML, signed_by=None),
    "signature-invalid": a_query(XML, signed_by=STRANGER),
    "request-destination": a_query(an_authn_request(destination=SP)),
    "request-stale": a_query(an_authn_request(issued_at="2026-01-01T00:00:00Z")),
    "consumer-unknown": a_query(an_authn_request(AssertionConsumerServiceIndex="9")),
}


# --- in by Redirect ---------------------------------------------------------------------


def test_without_a_session_the_person_is_asked_to_log_in(world: World) -> None:
    page = world.browser().open_query(QUERY)
    assert (page.status, page.inputs().keys()) == (200, {"csrf_token", "national_id", "password"})
    assert "Etaten" in page.text


def test_a_login_ends_with_an_answer_to_the_consumer(world: World) -> None:
    browser = world.browser()
    browser.open_query(QUERY)
    page = log_in(world, browser)
    assert (page.post.action, page.statuses) == (f"{SP}/acs", ["Success"])
    assert dict(page.post.fields)["RelayState"] == "state"


def test_a_live_session_is_answered_at_once(world: World) -> None:
    page = ask(world, logged_in(world), follow=False)
    assert page.is_answer
    assert page.statuses == ["Success"]


def test_lower_case_escapes_are_let_in(world: World) -> None:
    assert world.browser().open_query(a_query(XML, "å/ø", escape=lower_escaped)).status == 200


@pytest.mark.parametrize("state", ['"><script>alert(1)</script>', "søknad \U0001d6fc & <x>", ""])
def test_relay_state_comes_back_as_it_came(world: World, state: str) -> None:
    page = ask(world, logged_in(world), relay_state=state)
    assert dict(page.post.fields)["RelayState"] == state


def test_the_locale_of_the_service_is_spoken_and_told_back(world: World) -> None:
    browser = world.browser()
    page = browser.open_query(QUERY + b"&locale=en")
    assert 'lang="en"' in page.text
    assert log_in(world, browser).attributes["Culture"] == "en"


# --- refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", REFUSED)
def test_the_exact_code_of_a_refusal_stands_in_the_trace_alone(world: World, code: str) -> None:
    page = world.browser().open_query(REFUSED[code])
    assert (page.status, page.code) == (400, "request-refused")
    assert any(line.startswith(f"refused: {code}: ") for line in world.story(page.request_id))
    assert code not in page.text


def test_all_refusals_look_the_same_from_outside(world: World) -> None:
    pages = [world.browser().open_query(query) for query in REFUSED.values()]
    world.suspend(SP)
    pages.append(world.browser().open_query(QUERY))
    pages.append(world.browser().post_from_elsewhere(a_form(XML, signed_by=STRANGER)))
    assert {(page.status, page.body) for page in pages} == {(400, pages[0].body)}


def test_a_known_and_an_unknown_service_provider_are_refused_with_the_same_headers(
    world: World,
) -> None:
    unknown, forged = (
        world.browser().open_query(REFUSED[code]).response.headers
        for code in ("sp-unknown", "signature-invalid")
    )
    assert [name for name, _ in unknown] == [name for name, _ in forged]


def test_a_refused_message_is_kept_for_those_who_must_explain_it(world: World) -> None:
    page = world.browser().open_query(REFUSED["signature-invalid"])
    assert world.story(page.request_id)


def test_a_forged_message_does_not_use_up_the_id_of_an_honest_one(world: World) -> None:
    world.browser().open_query(a_query(XML, signed_by=STRANGER))
    assert world.browser().open_query(QUERY).status == 200


# --- reload and replay ------------------------------------------------------------------


def test_the_same_bytes_in_the_same_browser_resume_the_login(world: World) -> None:
    browser = world.browser()
    first = browser.open_query(QUERY).path
    assert browser.open_query(QUERY).path == first


def test_a_reload_after_the_password_goes_on_at_the_code(world: World) -> None:
    browser = world.browser()
    browser.open_query(QUERY)
    at_the_code = browser.send(national_id=KARI.number, password=PASSWORD).path
    assert browser.open_query(QUERY).path == at_the_code
    assert len(world.sms.sent) == 1


def test_a_login_is_nothing_to_another_browser(world: World) -> None:
    path = world.browser().open_query(QUERY).path
    assert world.browser().open(path).code == "flow-foreign"


def test_after_the_answer_a_reload_leads_back_to_the_service(world: World) -> None:
    browser = world.browser()
    browser.open_query(QUERY)
    log_in(world, browser)
    page = browser.open_query(QUERY)
    assert not page.is_answer
    assert page.dom.xpath(f"//a[@href='{SP}/']")


def test_a_request_answered_at_once_is_answered_once(world: World) -> None:
    browser = logged_in(world)
    assert browser.open_query(QUERY).is_answer
    assert not browser.open_query(QUERY).is_answer
    assert len(world.events("answered")) == 2


def test_the_same_bytes_from_another_browser_are_refused(world: World) -> None:
    world.browser().open_query(QUERY)
    page = world.browser().open_query(QUERY)
    assert page.code == "request-refused"
    assert "refused: request-repeated" in "".join(world.story(page.request_id))


def test_the_same_id_with_other_content_is_refused(world: World) -> None:
    browser = world.browser()
    browser.open_query(QUERY)
    assert browser.open_query(a_query(XML, "another state")).code == "request-refused"


# --- in by POST -------------------------------------------------------------------------


def test_a_posted_request_is_taken_up_by_our_own_get(world: World) -> None:
    browser = world.browser()
    page = browser.post_from_elsewhere(a_form(XML, "state"))
    assert page.inputs().keys() == {"csrf_token", "national_id", "password"}
    assert dict(log_in(world, browser).post.fields)["RelayState"] == "state"


def test_the_answer_to_a_cross_site_post_sets_no_cookie(world: World) -> None:
    page = world.browser().post_from_elsewhere(a_form(XML), follow=False)
    assert page.status == 303
    assert page.response.headers.getlist("Set-Cookie") == []


def test_a_posted_request_is_answered_at_once_in_a_live_session(world: World) -> None:
    assert logged_in(world).post_from_elsewhere(a_form(XML)).is_answer


def test_a_posted_request_belongs_to_the_first_browser(world: World) -> None:
    address = posted(world)
    first, second = world.browser(), world.browser()
    assert first.open(address).status == 200
    assert second.open(address).code == "flow-foreign"
    assert first.open(address).status == 200


def test_a_posted_request_may_be_taken_up_for_a_minute(world: World) -> None:
    in_time, late = posted(world), posted(world)
    world.clock.move(seconds=59)
    assert world.browser().open(in_time).status == 200
    world.clock.move(seconds=1)
    assert world.browser().open(late).code == "flow-unknown"


def posted(world: World) -> str:
    xml = an_authn_request(id=new_message_id(), issued_at=world.clock.now())
    page = world.browser().post_from_elsewhere(a_form(xml), follow=False)
    return page.response.headers["Location"]


def test_a_form_posted_again_goes_on_where_it_was(world: World) -> None:
    browser = world.browser()
    first = browser.post_from_elsewhere(a_form(XML)).path
    assert browser.post_from_elsewhere(a_form(XML)).path == first


def test_a_post_that_others_can_replay_after_the_answer_yields_nothing(world: World) -> None:
    browser = logged_in(world)
    browser.post_from_elsewhere(a_form(XML))
    assert not world.browser().post_from_elsewhere(a_form(XML)).is_answer
    assert len(world.events("answered")) == 2


def test_only_the_signed_bytes_of_a_post_are_obeyed(world: World) -> None:
    evil = enveloped(XML, STRANGER)
    page = world.browser().post_from_elsewhere(a_form(evil, signed_by=None))
    assert page.code == "request-refused"


def test_a_mere_look_at_a_request_does_not_use_it_up(world: World) -> None:
    browser = world.browser()
    assert browser.client.head(f"/saml/sso?{QUERY.decode()}").status_code == 405
    assert browser.open_query(QUERY).status == 200


# --- the flow ---------------------------------------------------------------------------


def test_a_flow_is_over_after_its_answer(world: World) -> None:
    browser = world.browser()
    path = browser.open_query(QUERY).path
    log_in(world, browser)
    page = browser.open(path)
    assert page.code == "flow-over"
    assert f'href="{SP}/"' in page.text


def test_a_flow_is_open_for_an_hour(world: World) -> None:
    browser = world.browser()
    path = browser.open_query(QUERY).path
    world.clock.move(minutes=59)
    assert browser.open(path).status == 200
    world.clock.move(minutes=1)
    assert browser.open(path).code == "flow-unknown"


def test_two_tabs_log_in_to_two_services(world: World) -> None:
    browser = world.browser()
    one = ask(world, browser, relay_state="one").path
    two = ask(world, browser, issuer=OPEN, relay_state="two").path
    browser.open(one)
    assert log_in(world, browser).post.action == f"{SP}/acs"
    page = browser.open(two.replace("/login/", "/saml/sso/continue/"))
    assert (page.post.action, dict(page.post.fields)["RelayState"]) == (f"{OPEN}/acs", "two")


def test_a_step_that_is_not_awaited_leads_to_the_one_that_is(world: World) -> None:
    browser = world.browser()
    path = browser.open_query(QUERY).path
    assert browser.open(f"{path}/sms").path == path
    assert browser.open(f"{path}/pin").path == path
    assert browser.open(path.replace("/login/", "/register/") + "/password").path == path


def test_the_answer_cannot_be_fetched_before_all_is_proved(world: World) -> None:
    browser = world.browser()
    path = browser.open_query(QUERY).path
    page = browser.open(path.replace("/login/", "/saml/sso/continue/"))
    assert not page.is_answer and page.path == path


# --- what the request asks for ----------------------------------------------------------


def test_passive_without_a_session_is_no_passive_and_shows_nothing(world: World) -> None:
    page = ask(world, world.browser(), follow=False, IsPassive="true")
    assert page.statuses == ["Responder", "NoPassive"]


def test_passive_with_a_session_is_answered(world: World) -> None:
    assert ask(world, logged_in(world), IsPassive="true").statuses == ["Success"]


def test_passive_and_forced_together_are_no_passive(world: World) -> None:
    page = ask(world, logged_in(world), IsPassive="true", ForceAuthn="true")
    assert page.statuses == ["Responder", "NoPassive"]


def test_passive_by_post_shows_nothing_either(world: World) -> None:
    fields = a_form(an_authn_request(IsPassive="true"))
    page = world.browser().post_from_elsewhere(fields)
    assert page.statuses == ["Responder", "NoPassive"]


@pytest.mark.parametrize(("passive", "then"), [("true", "NoPassive"), ("false", "Success")])
def test_a_passive_answer_does_not_keep_the_session_alive(
    world: World, passive: str, then: str
) -> None:
    browser = logged_in(world)
    world.clock.move(minutes=20)
    assert ask(world, browser, IsPassive=passive).statuses == ["Success"]
    world.clock.move(minutes=11)
    assert ask(world, browser, IsPassive="true").statuses[-1] == then


def test_no_use_keeps_a_session_alive_beyond_two_hours(world: World) -> None:
    browser = logged_in(world)
    for _ in range(5):
        world.clock.move(minutes=20)
        assert ask(world, browser).statuses == ["Success"]
    world.clock.move(minutes=20)
    assert not ask(world, browser).is_answer


def test_forced_the_person_logs_in_again_in_the_same_session(world: World) -> None:
    browser = logged_in(world)
    before, cookie = browser.page.answer(), browser.cookie("session")
    world.clock.move(minutes=5)
    assert ask(world, browser, ForceAuthn="true").inputs().keys() >= {"national_id"}
    after = log_in(world, browser).answer()
    assert authn(before)["SessionIndex"] == authn(after)["SessionIndex"]
    assert authn(after)["AuthnInstant"] == "2026-01-02T03:09:30Z"
    assert browser.cookie("session") not in (None, cookie)


def authn(answer: etree._Element) -> dict[str, str]:
    statement = next(answer.iter(f"{{{names.SAML}}}AuthnStatement"))
    return {str(name): str(value) for name, value in statement.attrib.items()}


def test_a_level_that_minid_does_not_reach_is_refused_without_a_page(world: World) -> None:
    page = ask(world, world.browser(), content=asking_for(names.SMARTCARD_PKI))
    assert page.statuses == ["Responder", "NoAuthnContext"]


def test_a_format_that_is_not_given_is_an_invalid_policy(world: World) -> None:
    policy = f'<samlp:NameIDPolicy Format="{names.EMAIL_NAME_ID}"/>'
    page = ask(world, logged_in(world), content=policy)
    assert page.statuses == ["Requester", "InvalidNameIDPolicy"]


def test_the_address_of_the_host_header_means_nothing(world: World) -> None:
    browser = world.browser()
    response = browser.client.get(
        f"/saml/sso?{QUERY.decode()}", base_url="https://attacker.example", follow_redirects=False
    )
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/saml/sso/continue/")


def test_it_takes_no_other_method(world: World) -> None:
    response = world.browser().client.put("/saml/sso", base_url=HUB)
    assert response.status_code == 405
    assert "method-not-allowed" in response.get_data(as_text=True)
