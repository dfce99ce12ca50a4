"""node-saml logs people in by the hub, in every way that it can."""

from tests.interop.peers.sp_metadata import PERSISTENT, TRANSIENT
from tests.interop.peers.two_providers import TwoProviders
from tests.interop.visitor import Visitor

CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD, SMART_CARD = f"{CLASSES}PasswordProtectedTransport", f"{CLASSES}SmartcardPKI"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def test_node_saml_is_answered_with_an_encrypted_assertion_to_a_signed_redirect(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("uid") == person.national_id
    assert visitor.is_told("SecurityLevel") == "3"
    assert visitor.is_told("AuthMethod") == "Minid-OTC"
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "GET" and request.is_signed
    assert visitor.wire.last("Response").has_encrypted_assertion


def test_node_saml_is_answered_to_an_unsigned_redirect_with_an_assertion_in_clear(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("bare"))
    assert visitor.is_told("uid") == person.national_id
    assert not visitor.wire.last("AuthnRequest").is_signed
    assert not visitor.wire.last("Response").has_encrypted_assertion


def test_node_saml_is_answered_to_a_signed_post(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", binding="post"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("uid") == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "POST" and request.is_signed


def test_node_saml_is_answered_to_an_unsigned_post(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("bare", binding="post"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("bare"))
    assert visitor.is_told("uid") == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "POST" and not request.is_signed


def test_node_saml_forces_a_login_in_spite_of_the_session(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("bare"))
    visitor.opens(node_saml.login("full", force="1"))
    visitor.logs_in_by_sms(person)
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("uid") == person.national_id


def test_node_saml_asks_passively_and_is_told_that_nobody_is_logged_in(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", passive="1"))
    visitor.comes_to(node_saml.consumer("full"))
    assert visitor.is_told("error") == "NoPassive"


def test_node_saml_asks_passively_and_is_answered_without_a_page_where_there_is_a_session(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("bare"))
    person = visitor.logs_in()
    visitor.comes_to(node_saml.page("bare"))
    visitor.opens(node_saml.login("full", passive="1"))
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("uid") == person.national_id


def test_node_saml_gets_its_relay_state_back_unchanged(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    state = "/søk?q=æøå&sum=1+1=2&share=100%&quoted=\"'<>"
    visitor.opens(node_saml.login("full", state=state))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("relayState") == state


def test_node_saml_gets_its_relay_state_back_unchanged_when_it_came_by_post(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    state = "/søk?q=æøå&sum=1+1=2&share=100%&quoted=\"'<>"
    visitor.opens(node_saml.login("full", binding="post", state=state))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("relayState") == state


def test_node_saml_gets_the_name_format_that_it_asks_for(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", format=PERSISTENT))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("nameIDFormat") == PERSISTENT
    persistent = visitor.is_told("nameID")
    visitor.opens(node_saml.login("full", format=TRANSIENT))
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("nameIDFormat") == TRANSIENT
    assert visitor.is_told("nameID") != persistent


def test_node_saml_is_told_that_no_mail_address_is_a_name_here(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", format=EMAIL))
    visitor.comes_to(node_saml.consumer("full"))
    assert visitor.wire.last("Response").status == ("Requester", "InvalidNameIDPolicy")
    assert "Requester error" in visitor.is_told("error")


def test_node_saml_gets_the_context_class_that_it_asks_for(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    asked = {"class": PASSWORD, "comparison": "minimum"}
    visitor.opens(node_saml.login("full", **asked))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    assert visitor.is_told("SecurityLevel") == "3"


def test_node_saml_is_told_that_no_login_here_reaches_a_smart_card(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full", **{"class": SMART_CARD}))
    visitor.comes_to(node_saml.consumer("full"))
    assert visitor.wire.last("Response").status == ("Responder", "NoAuthnContext")
    assert "Responder error" in visitor.is_told("error")


def test_node_saml_is_told_that_the_person_cancelled(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full"))
    visitor.presses("cancel")
    visitor.comes_to(node_saml.consumer("full"))
    assert visitor.wire.last("Response").status == ("Responder", "AuthnFailed")


def test_node_saml_logs_out_and_the_hub_confirms(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full"))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    visitor.opens(node_saml.logout("full"))
    assert visitor.reads_json() == {"loggedOut": True}
    assert visitor.wire.last("LogoutRequest").is_signed
    answer = visitor.wire.last("LogoutResponse")
    assert answer.is_signed and answer.status == ("Success",)
    visitor.opens(node_saml.login("full"))
    visitor.is_asked("national_id")


def test_node_saml_is_logged_out_when_the_person_logs_out_at_the_hub(
    visitor: Visitor, node_saml: TwoProviders
) -> None:
    visitor.opens(node_saml.login("full"))
    visitor.logs_in()
    visitor.comes_to(node_saml.page("full"))
    visitor.logs_out_at_the_hub()
    visitor.lets_the_hub_walk()
    visitor.is_told_that_all_are_out()
    assert visitor.wire.last("LogoutRequest").is_signed
    visitor.opens(node_saml.page("full"))
    assert visitor.is_told("error") == "not logged in"
