"""Core §2.3.3 and Profiles §4.1.4.2, and the canonical form in which it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.saml.assertion import head_and_tail, instant
from hub.saml.attributes import Attribute
from metadata import names
from metadata.errors import MetadataError
from tests.builders import CONSUMER, HUB, MOMENT, SP
from tests.hub.saml.answers import an_assertion, canonical, found

NASTY = st.sampled_from([*"<&\"'\r\n\t", "]]>", "&#13;", "\U0001d6fc", "\ufffd"])
PLAIN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])
ANY_TEXT = st.lists(NASTY | PLAIN, max_size=12).map("".join)


def written(**changes: object) -> etree._Element:
    return etree.fromstring(b"".join(head_and_tail(an_assertion(**changes))))


@settings(max_examples=40)
@given(
    name_id=ANY_TEXT,
    issuer=ANY_TEXT,
    audience=ANY_TEXT,
    recipient=ANY_TEXT,
    in_response_to=ANY_TEXT,
    session_index=ANY_TEXT,
    context_class=ANY_TEXT,
    name=ANY_TEXT,
    value=ANY_TEXT,
    name_id_format=st.sampled_from([names.TRANSIENT, names.PERSISTENT]),
)
def test_it_is_canonical_whatever_the_values(name: str, value: str, **texts: str) -> None:
    assertion = an_assertion(attributes=(Attribute(name, value),), **texts)
    written = b"".join(head_and_tail(assertion))
    assert canonical(etree.fromstring(written)) == written


@settings(max_examples=40)
@given(value=ANY_TEXT)
def test_what_is_read_is_what_was_said(value: str) -> None:
    root = written(
        name_id=value, recipient=value, audience=value, attributes=(Attribute(value, value),)
    )
    attribute = found(root, "saml:AttributeStatement/saml:Attribute")
    data = found(root, "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData")
    restricted = found(root, "saml:Conditions/saml:AudienceRestriction/saml:Audience")
    assert found(root, "saml:Subject/saml:NameID").text == (value or None)
    assert found(attribute, "saml:AttributeValue").text == (value or None)
    assert restricted.text == (value or None)
    assert (attribute.get("Name"), data.get("Recipient")) == (value, value)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\ufffe"])
def test_a_character_that_xml_cannot_hold_is_refused(character: str) -> None:
    with pytest.raises(MetadataError) as refused:
        head_and_tail(an_assertion(name_id=character))
    assert refused.value.code == "xml-character"


def test_it_is_cut_right_after_its_issuer() -> None:
    head, tail = head_and_tail(an_assertion())
    assert head.endswith(b"</saml:Issuer>") and tail.startswith(b"<saml:Subject>")


def test_it_is_valid_from_a_minute_ago_and_for_five_minutes() -> None:
    conditions = found(written(), "saml:Conditions")
    assert conditions.get("NotBefore") == "2026-11-23T10:13:00Z"
    assert conditions.get("NotOnOrAfter") == "2026-11-23T10:19:00Z"


def test_the_bearer_must_come_within_five_minutes_to_the_one_recipient() -> None:
    confirmation = found(written(), "saml:Subject/saml:SubjectConfirmation")
    assert confirmation.get("Method") == names.BEARER
    assert dict(found(confirmation, "saml:SubjectConfirmationData").attrib) == {
        "InResponseTo": "_request-1",
        "NotOnOrAfter": "2026-11-23T10:19:00Z",
        "Recipient": CONSUMER,
    }


def test_it_is_for_one_audience() -> None:
    path = "saml:Conditions/saml:AudienceRestriction/saml:Audience"
    assert found(written(), path).text == SP


def test_it_tells_when_the_person_logged_in_and_not_when_the_session_ends() -> None:
    statement = found(written(), "saml:AuthnStatement")
    assert dict(statement.attrib) == {
        "AuthnInstant": "2026-11-23T09:14:00Z",
        "SessionIndex": "_index",
    }


def test_a_transient_name_has_no_qualifiers() -> None:
    name = found(written(), "saml:Subject/saml:NameID")
    assert dict(name.attrib) == {"Format": names.TRANSIENT}


def test_a_persistent_name_is_qualified_by_both_sides() -> None:
    name = found(written(name_id_format=names.PERSISTENT), "saml:Subject/saml:NameID")
    assert name.get("NameQualifier") == f"{HUB}/saml/metadata"
    assert name.get("SPNameQualifier") == SP


def test_an_unsolicited_assertion_answers_nothing() -> None:
    root = written(in_response_to=None)
    data = found(root, "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData")
    assert data.get("InResponseTo") is None


def test_without_attributes_there_is_no_statement_of_them() -> None:
    assert written(attributes=()).find(f"{{{names.SAML}}}AttributeStatement") is None


def test_an_attribute_is_a_plain_string_and_has_a_name_format_only_if_given_one() -> None:
    legacy, subject = Attribute("uid", "1"), Attribute("s", "2", names.URI_NAME_FORMAT)
    statement = found(written(attributes=(legacy, subject)), "saml:AttributeStatement")
    assert [one.get("NameFormat") for one in statement] == [None, names.URI_NAME_FORMAT]
    assert {value.get(f"{{{names.XSI}}}type") for one in statement for value in one} == {
        "xs:string"
    }


def test_a_moment_is_written_in_utc_and_whole_seconds() -> None:
    assert instant(MOMENT.replace(microsecond=999_999)) == "2026-01-02T03:04:30Z"
