"""Core §3.4.1: every field, the three tolerances, and no more."""

from datetime import UTC, datetime

import pytest

from hub.errors import RejectedRequest
from hub.saml import authn_request
from hub.saml.authn_request import AuthnRequest
from metadata import names
from tests.builders import (
    CONSUMER,
    MOMENT,
    SP,
    SSO,
    an_authn_request,
    asking_for,
    on_behalf_of,
    parsed,
)

PPT = names.PASSWORD_PROTECTED_TRANSPORT


def read(xml: bytes) -> AuthnRequest:
    return authn_request.read(parsed(xml))


def refusal(xml: bytes) -> str:
    with pytest.raises(RejectedRequest) as refused:
        read(xml)
    return refused.value.code


def test_the_smallest_request_asks_for_nothing_special() -> None:
    found = read(an_authn_request(destination=None))
    assert found == AuthnRequest(id="_request-1", issuer=SP, issued_at=MOMENT)


def test_it_reads_every_attribute() -> None:
    found = read(
        an_authn_request(
            AssertionConsumerServiceURL=CONSUMER,
            ProtocolBinding=names.HTTP_POST,
            AttributeConsumingServiceIndex="7",
            ForceAuthn="true",
            IsPassive="1",
        )
    )
    assert (found.destination, found.consumer_url) == (SSO, CONSUMER)
    assert (found.protocol_binding, found.attribute_index) == (names.HTTP_POST, 7)
    assert (found.force_authn, found.is_passive) == (True, True)


def test_it_reads_the_index_of_a_consumer() -> None:
    assert read(an_authn_request(AssertionConsumerServiceIndex="1")).consumer_index == 1


def test_it_reads_the_name_id_policy() -> None:
    policy = (
        f'<samlp:NameIDPolicy Format="{names.PERSISTENT}" SPNameQualifier="{SP}"'
        ' AllowCreate="false"/>'
    )
    found = read(an_authn_request(content=policy))
    assert (found.name_id_format, found.sp_name_qualifier) == (names.PERSISTENT, SP)
    assert found.allow_create is False


@pytest.mark.parametrize("policy", ["", "<samlp:NameIDPolicy/>"])
def test_an_absent_allow_create_counts_as_true(policy: str) -> None:
    assert read(an_authn_request(content=policy)).allow_create is True


def test_it_reads_the_classes_in_the_order_of_preference() -> None:
    found = read(an_authn_request(content=asking_for("b", "a", PPT, comparison="minimum")))
    assert found.asked_classes == ("b", "a", PPT)
    assert found.comparison == "minimum"


def test_an_absent_comparison_is_exact() -> None:
    assert read(an_authn_request(content=asking_for(PPT))).comparison == "exact"


def test_it_reads_the_subject() -> None:
    subject = (
        f'<saml:Subject><saml:NameID Format="{names.TRANSIENT}">_abc</saml:NameID></saml:Subject>'
    )
    found = read(an_authn_request(content=subject))
    assert (found.subject, found.subject_format) == ("_abc", names.TRANSIENT)


def test_it_reads_the_scoping() -> None:
    scoping = (
        '<samlp:Scoping ProxyCount="0"><samlp:RequesterID>https://a</samlp:RequesterID>'
        "<samlp:RequesterID>https://b</samlp:RequesterID></samlp:Scoping>"
    )
    found = read(an_authn_request(content=scoping))
    assert (found.proxy_count, found.requester_ids) == (0, ("https://a", "https://b"))


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_it_reads_on_behalf_of_in_both_published_shapes(is_wrapped: bool) -> None:
    found = read(an_authn_request(content=on_behalf_of("Aukra1547", is_wrapped)))
    assert found.on_behalf_of == "Aukra1547"


def test_other_extensions_are_read_past() -> None:
    content = '<samlp:Extensions><x xmlns="urn:other"/></samlp:Extensions>'
    assert read(an_authn_request(content=content)).on_behalf_of is None


# --- the three tolerances ---------------------------------------------------------------


def test_an_id_may_begin_with_a_digit() -> None:
    assert read(an_authn_request(id="9f86d081")).id == "9f86d081"


@pytest.mark.parametrize(("spelt", "meant"), [("True", True), ("False", False)])
def test_booleans_may_have_a_capital(spelt: str, meant: bool) -> None:
    found = read(an_authn_request(IsPassive=spelt, ForceAuthn=spelt))
    assert (found.is_passive, found.force_authn) == (meant, meant)


def test_class_references_may_be_padded() -> None:
    assert read(an_authn_request(content=asking_for(f"\n   {PPT}\t"))).asked_classes == (PPT,)


# --- and no more ------------------------------------------------------------------------


@pytest.mark.parametrize("id", [None, "", "_" + "a" * 256, "_a b", "_a:b", "_æ", '_"', "_a\n"])
def test_it_refuses_any_other_id(id: str | None) -> None:
    assert refusal(an_authn_request(id=id)) == "request-id"


def test_an_id_may_have_256_characters() -> None:
    assert len(read(an_authn_request(id="a" * 256)).id) == 256


@pytest.mark.parametrize("value", ["TRUE", "yes", "", " true", "2"])
@pytest.mark.parametrize("name", ["ForceAuthn", "IsPassive"])
def test_it_refuses_any_other_boolean(name: str, value: str) -> None:
    assert refusal(an_authn_request(**{name: value})) == "request-boolean"


@pytest.mark.parametrize("value", ["yes", "TRUE"])
def test_it_refuses_any_other_allow_create(value: str) -> None:
    content = f'<samlp:NameIDPolicy AllowCreate="{value}"/>'
    assert refusal(an_authn_request(content=content)) == "request-boolean"


@pytest.mark.parametrize("value", ["", "-1", "1.0", "one", "123456", "١"])
def test_it_refuses_an_index_that_is_none(value: str) -> None:
    assert refusal(an_authn_request(AssertionConsumerServiceIndex=value)) == "request-index"


@pytest.mark.parametrize("value", ["Minimum", "", "strongest"])
def test_it_refuses_a_comparison_that_is_none(value: str) -> None:
    assert refusal(an_authn_request(content=asking_for(PPT, comparison=value))) == (
        "request-comparison"
    )


def test_it_refuses_declarations_in_the_place_of_classes() -> None:
    content = (
        "<samlp:RequestedAuthnContext><saml:AuthnContextDeclRef>urn:x"
        "</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext>"
    )
    assert refusal(an_authn_request(content=content)) == "request-context"


@pytest.mark.parametrize("inner", ["", "<saml:EncryptedID/>", "<saml:BaseID/>"])
def test_it_refuses_a_subject_without_a_name_id(inner: str) -> None:
    content = f"<saml:Subject>{inner}</saml:Subject>"
    assert refusal(an_authn_request(content=content)) == "request-subject"


@pytest.mark.parametrize("value", ["", "Aukra kommune", "æ", "a" * 65, "a\n", "<x/>"])
@pytest.mark.parametrize("is_wrapped", [False, True])
def test_it_refuses_an_on_behalf_of_of_other_letters(value: str, is_wrapped: bool) -> None:
    assert refusal(an_authn_request(content=on_behalf_of(value, is_wrapped))) == (
        "request-on-behalf-of"
    )


def test_it_refuses_on_behalf_of_in_both_shapes_at_once() -> None:
    bare = f'<idpe:OnBehalfOf xmlns:idpe="{names.IDPORTEN}">B</idpe:OnBehalfOf>'
    both = on_behalf_of("A", is_wrapped=True).replace(
        "</samlp:Extensions>", f"{bare}</samlp:Extensions>"
    )
    assert refusal(an_authn_request(content=both)) == "request-element-twice"


@pytest.mark.parametrize("version", [None, "1.1", "2", "2.1"])
def test_it_refuses_another_version(version: str | None) -> None:
    assert refusal(an_authn_request(Version=version)) == "request-version"


@pytest.mark.parametrize("root", ["samlp:LogoutRequest", "samlp:Response", "saml:AuthnRequest"])
def test_it_refuses_another_kind_of_message(root: str) -> None:
    assert refusal(an_authn_request(root=root)) == "request-kind"


@pytest.mark.parametrize("issuer", [None, "", "a" * 1025])
def test_it_refuses_a_missing_or_endless_issuer(issuer: str | None) -> None:
    assert refusal(an_authn_request(issuer=issuer)) == "request-issuer"


def test_it_refuses_an_issuer_of_another_format() -> None:
    xml = an_authn_request().replace(
        b"<saml:Issuer>", f'<saml:Issuer Format="{names.UNSPECIFIED_NAME_ID}">'.encode()
    )
    assert refusal(xml) == "request-issuer"


def test_the_issuer_is_taken_as_it_stands_and_not_trimmed() -> None:
    assert read(an_authn_request(issuer=f" {SP} ")).issuer == f" {SP} "


DOUBLED = {
    "Issuer": f"<saml:Issuer>{SP}</saml:Issuer>",
    "NameIDPolicy": "<samlp:NameIDPolicy/><samlp:NameIDPolicy/>",
    "RequestedAuthnContext": asking_for(PPT) * 2,
    "Scoping": "<samlp:Scoping/><samlp:Scoping/>",
    "Extensions": on_behalf_of("A") + on_behalf_of("B"),
    "Subject": "<saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>" * 2,
    "NameID": "<saml:Subject><saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>"
    "</saml:Subject>",
    "OnBehalfOf": on_behalf_of("A").replace(
        "</samlp:Extensions>",
        f'<OnBehalfOf xmlns="{names.IDPORTEN}">B</OnBehalfOf></samlp:Extensions>',
    ),
}


@pytest.mark.parametrize("name", DOUBLED)
def test_it_refuses_an_element_that_comes_twice(name: str) -> None:
    assert refusal(an_authn_request(content=DOUBLED[name])) == "request-element-twice"


# --- times ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-02T03:04:30Z", MOMENT),
        ("2026-01-02T03:04:30", MOMENT),
        ("2026-01-02T03:04:30.123Z", MOMENT.replace(microsecond=123000)),
        ("2026-01-02T03:04:30.1234567Z", MOMENT.replace(microsecond=123456)),
        ("2026-01-02T04:04:30+01:00", MOMENT),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_it_reads_the_time_in_utc(written: str, moment: datetime) -> None:
    assert read(an_authn_request(issued_at=written)).issued_at == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        "now",
        "2026-01-02",
        "2026-01-02 03:04:30Z",
        "2026-13-02T03:04:30Z",
        "2026-02-30T03:04:30Z",
        "2026-01-02T25:04:30Z",
        "2026-01-02T03:04:30.Z",
        "2026-01-02T03:04:30z",
        "2026-01-02T03:04:30Z ",
        "٢٠٢٦-01-02T03:04:30Z",
        "-2026-01-02T03:04:30Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-01-02T03:04:30+99:00",
        "2026-01-02T03:04:30." + "1" * 10_000 + "Z",
    ],
)
def test_it_refuses_what_is_no_time(written: str) -> None:
    assert refusal(an_authn_request(issued_at=written)) == "request-instant"


def test_it_refuses_a_request_without_a_time() -> None:
    assert refusal(an_authn_request(IssueInstant=None)) == "request-instant"


def test_it_reads_who_else_may_answer() -> None:
    entries = "".join(f'<samlp:IDPEntry ProviderID="https://{n}"/>' for n in "ab")
    scoping = f"<samlp:Scoping><samlp:IDPList>{entries}</samlp:IDPList></samlp:Scoping>"
    found = read(an_authn_request(content=scoping))
    assert found.idp_list == ("https://a", "https://b")


def test_it_reads_by_whom_the_name_of_its_subject_was_given() -> None:
    name = '<saml:NameID NameQualifier="https://idp" SPNameQualifier="https://sp">n</saml:NameID>'
    found = read(an_authn_request(content=f"<saml:Subject>{name}</saml:Subject>"))
    assert found.subject_qualifiers == ("https://idp", "https://sp")
