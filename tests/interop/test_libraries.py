"""node-saml and python3-saml log people in by the hub, in every way that they can."""

from collections.abc import Mapping

import pytest

from tests.interop.peers.apache_mellon import Mellon
from tests.interop.peers.sp_metadata import PERSISTENT, TRANSIENT
from tests.interop.peers.two_providers import TwoProviders
from tests.interop.visitor import Visitor

CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD, SMART_CARD = f"{CLASSES}PasswordProtectedTransport", f"{CLASSES}SmartcardPKI"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
STATE = "/søk?q=æøå&sum=1+1=2&share=100%&quoted=\"'<>"
# How each library tells of a refusal.
REFUSED: Mapping[str, Mapping[str, str]] = {
    "node_saml": {
        "Requester": "Requester error",
        "Responder": "Responder error",
        "NoPassive": "NoPassive",
    },
    "python3_saml": {
        "Requester": "was Requester",
        "Responder": "was Responder",
        "NoPassive": "was Responder",
    },
}


@pytest.fixture(params=REFUSED)
def library(request: pytest.FixtureRequest) -> TwoProviders:
    running: TwoProviders = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def refused(library: TwoProviders, request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The words of this library."""
    return REFUSED[request.node.callspec.params["library"]]


def test_it_is_answered_with_an_encrypted_assertion_to_a_signed_redirect(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("full"))
    person = visitor.logs_in()
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("uid") == person.national_id
    assert visitor.is_told("SecurityLevel") == "3"
    assert visitor.is_told("AuthMethod") == "Minid-OTC"
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "GET" and request.is_signed
    assert visitor.wire.last("Response").has_encrypted_assertion


def test_it_is_answered_to_an_unsigned_redirect_with_an_assertion_in_clear(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(library.page("bare"))
    assert visitor.is_told("uid") == person.national_id
    assert not visitor.wire.last("AuthnRequest").is_signed
    assert not visitor.wire.last("Response").has_encrypted_assertion


@pytest.mark.parametrize(("provider", "signs"), [("full", True), ("bare", False)])
def test_node_saml_is_answered_to_a_post(
    visitor: Visitor, node_saml: TwoProviders, provider: str, signs: bool
) -> None:
    visitor.opens(node_saml.login(provider, binding="post"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page(provider))
    assert visitor.is_told("uid") == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "POST" and request.is_signed == signs


def test_it_forces_a_login_in_spite_of_the_session(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(library.page("bare"))
    visitor.opens(library.login("full", force="1"))
    visitor.logs_in_by_sms(person)
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("uid") == person.national_id


def test_it_asks_passively_and_is_told_that_nobody_is_logged_in(
    visitor: Visitor, library: TwoProviders, refused: Mapping[str, str]
) -> None:
    visitor.opens(library.login("full", passive="1"))
    visitor.comes_to(library.consumer("full"))
    assert refused["NoPassive"] in visitor.is_told("error")
    assert visitor.wire.last("Response").status == ("Responder", "NoPassive")


def test_it_asks_passively_and_is_answered_without_a_page_where_there_is_a_session(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(library.page("bare"))
    visitor.opens(library.login("full", passive="1"))
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("uid") == person.national_id


def test_it_gets_its_relay_state_back_unchanged(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("full", state=STATE))
    visitor.logs_in()
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("relayState") == STATE


def test_node_saml_gets_its_relay_state_back_unchanged_when_it_came_by_post(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", binding="post", state=STATE))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("relayState") == STATE


def test_it_gets_the_name_format_that_it_asks_for(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("full", format=PERSISTENT))
    visitor.logs_in()
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("nameIDFormat") == PERSISTENT
    persistent = visitor.is_told("nameID")
    visitor.opens(library.login("full", format=TRANSIENT))
    visitor.comes_to(library.page("full"))
    assert visitor.is_told("nameIDFormat") == TRANSIENT
    assert visitor.is_told("nameID") != persistent


def test_it_is_told_that_no_mail_address_is_a_name_here(
    visitor: Visitor, library: TwoProviders, refused: Mapping[str, str]
) -> None:
    visitor.opens(library.login("full", format=EMAIL))
    visitor.comes_to(library.consumer("full"))
    assert visitor.wire.last("Response").status == ("Requester", "InvalidNameIDPolicy")
    assert refused["Requester"] in visitor.is_told("error")


def test_it_gets_the_context_class_that_it_asks_for(
    visitor: Visitor, library: TwoProviders
) -> None:
    asked = {"class": PASSWORD, "comparison": "minimum"}
    visitor.opens(library.login("full", **asked))
    visitor.logs_in()
    visitor.comes_to(library.page("full"))
    told = visitor.reads_json()
    assert told["SecurityLevel"] == "3"
    assert told.get("contextClass", PASSWORD) == PASSWORD  # node-saml does not show it


def test_it_is_told_that_no_login_here_reaches_a_smart_card(
    visitor: Visitor, library: TwoProviders, refused: Mapping[str, str]
) -> None:
    visitor.opens(library.login("full", **{"class": SMART_CARD}))
    visitor.comes_to(library.consumer("full"))
    assert visitor.wire.last("Response").status == ("Responder", "NoAuthnContext")
    assert refused["Responder"] in visitor.is_told("error")


def test_it_is_told_that_the_person_cancelled(visitor: Visitor, library: TwoProviders) -> None:
    visitor.opens(library.login("full"))
    visitor.presses("cancel")
    visitor.comes_to(library.consumer("full"))
    assert visitor.wire.last("Response").status == ("Responder", "AuthnFailed")


def test_it_logs_out_and_the_hub_confirms(visitor: Visitor, library: TwoProviders) -> None:
    visitor.opens(library.login("full"))
    visitor.logs_in()
    visitor.comes_to(library.page("full"))
    visitor.opens(library.logout("full"))
    assert visitor.reads_json() == {"loggedOut": True}
    assert visitor.wire.last("LogoutRequest").is_signed
    answer = visitor.wire.last("LogoutResponse")
    assert answer.is_signed and answer.status == ("Success",)
    visitor.opens(library.login("full"))
    visitor.is_asked("national_id")


def test_it_is_logged_out_when_the_person_logs_out_at_the_hub(
    visitor: Visitor, library: TwoProviders
) -> None:
    visitor.opens(library.login("full"))
    visitor.logs_in()
    visitor.comes_to(library.page("full"))
    visitor.logs_out_at_the_hub()
    visitor.lets_the_hub_walk()
    visitor.is_told_that_all_are_out()
    assert visitor.wire.last("LogoutRequest").is_signed
    visitor.opens(library.page("full"))
    assert visitor.is_told("error") == "not logged in"


def test_one_login_serves_software_of_three_kinds_and_one_logout_ends_all_three(
    visitor: Visitor, mellon: Mellon, node_saml: TwoProviders, python3_saml: TwoProviders
) -> None:
    visitor.opens(mellon.page("signed"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("signed"))
    for service in (node_saml, python3_saml):
        visitor.opens(service.login("full"))
        visitor.comes_to(service.page("full"))
        assert visitor.is_told("uid") == person.national_id
    visitor.opens(python3_saml.logout("full"))
    visitor.lets_the_hub_walk()
    visitor.comes_to(f"{python3_saml.base}/full/slo?*")
    assert visitor.reads_json() == {"loggedOut": True}
    assert visitor.wire.last("LogoutResponse").status == ("Success",)
    visitor.opens(node_saml.page("full"))
    assert visitor.is_told("error") == "not logged in"
    visitor.opens(mellon.page("signed"))
    visitor.is_asked("national_id")
