"""Apache with mod_auth_mellon logs people in by the hub, in every way that it can."""

from tests.interop.peers.apache_mellon import Mellon, seen
from tests.interop.visitor import Visitor

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def test_mellon_is_answered_with_an_encrypted_assertion_to_a_signed_redirect(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("signed"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("signed"))
    told = seen(visitor.reads())
    assert told["MELLON_uid"] == person.national_id
    assert told["MELLON_SecurityLevel"] == "3"
    assert told["MELLON_AuthMethod"] == "Minid-OTC"
    assert told["MELLON_Culture"] == "nn"
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "GET" and request.is_signed
    assert visitor.wire.last("Response").has_encrypted_assertion


def test_mellon_is_answered_to_an_unsigned_redirect_with_an_assertion_in_clear(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("unsigned"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("unsigned"))
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "GET" and not request.is_signed
    assert not visitor.wire.last("Response").has_encrypted_assertion


def test_mellon_is_answered_to_a_signed_post(visitor: Visitor, mellon: Mellon) -> None:
    visitor.opens(mellon.page("signed-post"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("signed-post"))
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "POST" and request.is_signed


def test_mellon_is_answered_to_an_unsigned_post(visitor: Visitor, mellon: Mellon) -> None:
    visitor.opens(mellon.page("unsigned-post"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("unsigned-post"))
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id
    request = visitor.wire.last("AuthnRequest")
    assert request.method == "POST" and not request.is_signed


def test_mellon_gets_an_assertion_in_clear_where_it_signs_and_has_no_encryption_key(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("plain"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("plain"))
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id
    assert visitor.wire.last("AuthnRequest").is_signed
    assert not visitor.wire.last("Response").has_encrypted_assertion


def test_mellon_gets_its_relay_state_back_unchanged(visitor: Visitor, mellon: Mellon) -> None:
    page = mellon.page("signed", "?q=%C3%A6%C3%B8%C3%A5&sum=1%2B1%3D2&share=100%25&why=what?")
    visitor.opens(page)
    visitor.logs_in()
    visitor.comes_to(page)
    asked = visitor.wire.last("AuthnRequest").relay_state
    assert asked == page == visitor.wire.last("Response").relay_state


def test_mellon_knows_the_same_person_again_by_a_persistent_name(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("persistent"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("persistent"))
    first = seen(visitor.reads())
    visitor.page.context.clear_cookies()
    visitor.opens(mellon.page("persistent"))
    visitor.logs_in_by_sms(person)
    visitor.comes_to(mellon.page("persistent"))
    second = seen(visitor.reads())
    assert first["REMOTE_USER"] == second["REMOTE_USER"]
    assert first["MELLON_ASSERTION_ID"] != second["MELLON_ASSERTION_ID"]


def test_mellon_knows_the_same_person_by_a_new_transient_name_each_time(
    visitor: Visitor, mellon: Mellon
) -> None:
    names: set[str] = set()
    for path in ("signed", "plain"):
        visitor.opens(mellon.page(path))
        if not names:
            visitor.logs_in()
        visitor.comes_to(mellon.page(path))
        names.add(seen(visitor.reads())["REMOTE_USER"])
    assert len(names) == 2


def test_mellon_gets_the_context_class_that_it_asks_for(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("level-3"))
    visitor.logs_in()
    visitor.comes_to(mellon.page("level-3"))
    assert seen(visitor.reads())["MELLON_SecurityLevel"] == "3"


def test_mellon_is_told_that_no_login_here_reaches_a_smart_card(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("level-4"))
    visitor.comes_to(mellon.endpoint("level-4", "postResponse"))
    assert visitor.wire.last("Response").status == ("Responder", "NoAuthnContext")
    assert "Unauthorized" in visitor.reads()


def test_mellon_asks_passively_and_is_told_that_nobody_is_logged_in(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.login("signed", passive=True))
    visitor.comes_to(mellon.endpoint("signed", "postResponse"))
    assert visitor.wire.last("Response").status == ("Responder", "NoPassive")


def test_mellon_asks_passively_and_is_answered_without_a_page_where_there_is_a_session(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("plain"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("plain"))
    visitor.opens(mellon.login("signed", passive=True))
    visitor.comes_to(mellon.page("signed"))
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id


def test_mellon_fetches_its_answer_by_artifact(visitor: Visitor, mellon: Mellon) -> None:
    page = mellon.page("artifact", "?q=%C3%A6%26")
    visitor.opens(page)
    person = visitor.logs_in()
    visitor.comes_to(page)
    assert seen(visitor.reads())["MELLON_uid"] == person.national_id
    assert not [one for one in visitor.wire.messages if "SAMLResponse" in one.parameters]


def test_mellon_logs_out_and_the_hub_confirms(visitor: Visitor, mellon: Mellon) -> None:
    visitor.opens(mellon.page("signed"))
    visitor.logs_in()
    visitor.comes_to(mellon.page("signed"))
    visitor.opens(mellon.logout("signed", back=mellon.front))
    visitor.comes_to(mellon.front)
    assert visitor.wire.last("LogoutRequest").is_signed
    assert visitor.wire.last("LogoutResponse").status == ("Success",)
    visitor.opens(mellon.page("signed"))
    visitor.is_asked("national_id")


def test_mellon_is_logged_out_by_soap_when_another_service_logs_out(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("plain"))
    visitor.logs_in()
    visitor.comes_to(mellon.page("plain"))
    visitor.opens(mellon.page("signed"))
    visitor.comes_to(mellon.page("signed"))
    visitor.opens(mellon.logout("signed", back=mellon.front))
    visitor.comes_to(mellon.front)
    assert visitor.wire.last("LogoutResponse").status == ("Success",)
    visitor.opens(mellon.page("plain"))
    visitor.is_asked("national_id")


def test_mellon_is_logged_out_by_soap_when_the_person_logs_out_at_the_hub(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("persistent"))
    visitor.logs_in()
    visitor.comes_to(mellon.page("persistent"))
    visitor.logs_out_at_the_hub()
    visitor.is_told_that_all_are_out()
    visitor.opens(mellon.page("persistent"))
    visitor.is_asked("national_id")


def test_mellon_is_logged_out_by_the_browser_where_it_has_no_back_channel(
    visitor: Visitor, mellon: Mellon
) -> None:
    visitor.opens(mellon.page("front-channel"))
    visitor.logs_in()
    visitor.comes_to(mellon.page("front-channel"))
    visitor.logs_out_at_the_hub()
    visitor.lets_the_hub_walk()
    visitor.is_told_that_all_are_out()
    visitor.opens(mellon.page("front-channel"))
    visitor.is_asked("national_id")
