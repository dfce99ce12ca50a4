"""What is read from a service provider's metadata, and the few reasons to refuse it."""

from datetime import UTC, datetime

import pytest

from metadata import names
from metadata.description import AttributeService, Contact, Endpoint, RequestedAttribute
from metadata.parse import BadMetadata, parse
from tests.metadata.sample_keys import ec_key, rsa_key
from tests.metadata.sample_metadata import ENTITY_ID, POST, a_key, a_role, an_entity

ARTIFACT = POST.replace(names.HTTP_POST, names.HTTP_ARTIFACT)
PAOS = POST.replace(names.HTTP_POST, "urn:oasis:names:tc:SAML:2.0:bindings:PAOS")


def refusal(document: str) -> tuple[str, str]:
    with pytest.raises(BadMetadata) as caught:
        parse(document.encode())
    return caught.value.code, caught.value.detail


def test_it_reads_a_whole_service_provider() -> None:
    found = parse(an_entity().encode())
    assert found.entity_id == ENTITY_ID
    assert found.consumers == (
        Endpoint(names.HTTP_POST, "https://sp.example.no/acs", index=0, is_default=None),
    )
    assert found.logout[0].response_url == "https://sp.example.no/slo-done"
    assert found.signing_certificates == (rsa_key().certificate,)
    assert found.encryption_keys[0].certificate == rsa_key().certificate
    assert found.authn_requests_signed
    assert found.name_id_formats == (names.TRANSIENT,)
    assert found.warnings == ()


# --- refused, with the sentence --------------------------------------------------------


def test_it_refuses_what_is_not_xml() -> None:
    code, sentence = refusal("<md:EntityDescriptor>")
    assert code == "xml-not-well-formed"
    assert sentence.startswith("The document is not read: not well-formed: ")


def test_it_refuses_a_doctype() -> None:
    assert refusal("<!DOCTYPE x>" + an_entity()) == (
        "xml-doctype",
        "The document is not read: a DOCTYPE; documents with one are not read.",
    )


def test_it_refuses_another_kind_of_document() -> None:
    assert refusal("<html/>") == (
        "metadata-no-entity",
        "The document is a html; wanted an EntityDescriptor of SAML 2.0.",
    )


@pytest.mark.parametrize("role", ["", a_role(protocol="urn:oasis:names:tc:SAML:1.1:protocol")])
def test_it_refuses_an_entity_without_the_role(role: str) -> None:
    assert refusal(an_entity(role)) == (
        "metadata-no-sp-role",
        "The document has no SPSSODescriptor whose protocolSupportEnumeration "
        "names urn:oasis:names:tc:SAML:2.0:protocol.",
    )


@pytest.mark.parametrize("consumers", ["", PAOS, POST.replace("https:", "javascript:")])
def test_it_refuses_one_that_we_cannot_answer(consumers: str) -> None:
    assert refusal(an_entity(a_role(consumers=consumers))) == (
        "metadata-no-consumer",
        "No usable AssertionConsumerService has a binding that is served here: "
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST, "
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact.",
    )


def test_it_takes_one_that_has_consumers_for_artifact_only() -> None:
    document = an_entity(a_role(consumers=ARTIFACT)).encode()
    assert parse(document).consumers[0].binding == names.HTTP_ARTIFACT


def test_which_bindings_are_served_is_said_by_the_caller() -> None:
    document = an_entity(a_role(consumers=ARTIFACT)).encode()
    with pytest.raises(BadMetadata):
        parse(document, served=(names.HTTP_POST,))


@pytest.mark.parametrize("keys", ["", a_key("encryption"), a_key("signing", "aGVp")])
def test_it_refuses_signed_requests_without_a_key(keys: str) -> None:
    assert refusal(an_entity(a_role(keys=keys))) == (
        "metadata-no-signing-key",
        "AuthnRequestsSigned is true, but no usable signing key is given.",
    )


@pytest.mark.parametrize(
    ("entity_id", "sentence"),
    [
        ("", "The EntityDescriptor has no entityID."),
        ("https://a b", "The entityID 'https://a b' holds white space."),
        ("x" * 1025, "The entityID has 1025 characters; at most 1024 are allowed."),
    ],
    ids=["none", "space", "long"],
)
def test_it_refuses_a_bad_entity_id(entity_id: str, sentence: str) -> None:
    assert refusal(an_entity(entity_id=entity_id)) == ("metadata-entity-id", sentence)


# --- several entities --------------------------------------------------------------------


def entities(*inside: str) -> str:
    return f'<md:EntitiesDescriptor xmlns:md="{names.MD}">{"".join(inside)}</md:EntitiesDescriptor>'


def test_it_takes_the_only_service_provider_among_several_entities() -> None:
    other = an_entity(role="", entity_id="https://idp.example.no")
    assert parse(entities(other, an_entity()).encode()).entity_id == ENTITY_ID


def test_it_refuses_several_service_providers() -> None:
    assert refusal(entities(an_entity(), an_entity(entity_id="https://b.example.no"))) == (
        "metadata-several-entities",
        "The document describes 2 service providers; wanted one.",
    )


# --- endpoints ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("javascript:alert(1)", "has the scheme 'javascript'; wanted https"),
        ("data:text/html,x", "has the scheme 'data'; wanted https"),
        ("//sp.example.no/", "has the scheme ''; wanted https"),
        ("https://", "names no host"),
        ("https://user@sp.example.no/", "holds a user name"),
        ("https://sp.example.no/#x", "holds a fragment"),
        ("https://sp.example.no/a b", "is empty or holds characters that no URL may hold"),
        ("https://blåbær.no/", "is empty or holds characters that no URL may hold"),
        ("https:\\\\sp.example.no", "is empty or holds characters that no URL may hold"),
        ("https://[::1", "cannot be read as a URL"),
        ("https://sp.example.no:x/", "cannot be read as a URL"),
        ("https://sp.example.no/?SAMLResponse=x", "has a query parameter SAMLResponse of its own"),
        ("https://sp.example.no/" + "x" * 2048, "is longer than 2048 characters"),
    ],
    ids=lambda value: value[:30],
)
def test_an_address_that_nobody_may_be_sent_to_is_left_out(url: str, fault: str) -> None:
    bad = POST.replace("https://sp.example.no/acs", url)
    found = parse(an_entity(a_role(consumers=POST + bad.replace('"0"', '"1"'))).encode())
    assert [one.index for one in found.consumers] == [0]
    assert len(found.warnings) == 1
    assert found.warnings[0].endswith(f" {fault}; it is left out")


def test_it_keeps_http_for_who_knows_the_mode_to_judge() -> None:
    document = an_entity(a_role(consumers=POST.replace("https", "http"))).encode()
    assert parse(document).consumers[0].url == "http://sp.example.no/acs"


def test_it_warns_of_indexes_that_stand_twice_or_not_at_all() -> None:
    consumers = POST + POST + POST.replace(' index="0"', "")
    assert parse(an_entity(a_role(consumers=consumers)).encode()).warnings == (
        "AssertionConsumerService https://sp.example.no/acs has no index",
        "AssertionConsumerService index 0 stands more than once",
    )


@pytest.mark.parametrize(
    ("value", "truth"), [("true", True), ("1", True), ("True", True), ("0", False), ("x", None)]
)
def test_is_default_is_three_valued(value: str, truth: bool | None) -> None:
    consumer = POST.replace("index=", f'isDefault="{value}" index=')
    found = parse(an_entity(a_role(consumers=consumer)).encode())
    assert found.consumers[0].is_default is truth


# --- keys --------------------------------------------------------------------------------


def test_a_key_without_use_counts_for_both() -> None:
    found = parse(an_entity(a_role(keys=a_key())).encode())
    assert found.signing_certificates == (rsa_key().certificate,)
    assert [one.has_use for one in found.encryption_keys] == [False]


def test_the_encryption_key_to_use_comes_first() -> None:
    other = a_key("encryption", rsa_key("foreign").certificate.base64)
    ec = a_key("encryption", ec_key().certificate.base64)
    found = parse(an_entity(a_role(keys=ec + a_key() + other)).encode())
    assert [one.certificate for one in found.encryption_keys] == [
        rsa_key("foreign").certificate,
        rsa_key().certificate,
        ec_key().certificate,
    ]


def test_it_reads_which_methods_a_key_lists() -> None:
    methods = (
        f'<md:EncryptionMethod Algorithm="{names.AES128_GCM}"/>'
        f'<md:EncryptionMethod Algorithm="{names.RSA_OAEP}">'
        f'<ds:DigestMethod xmlns:ds="{names.DS}" Algorithm="{names.SHA256}"/>'
        "</md:EncryptionMethod>"
    )
    keys = a_key("signing") + a_key("encryption", methods=methods)
    key = parse(an_entity(a_role(keys=keys)).encode()).encryption_keys[0]
    assert key.methods == (names.AES128_GCM, names.RSA_OAEP)
    assert key.oaep_digests == (names.SHA256,)


def test_a_broken_certificate_is_left_out_with_a_warning() -> None:
    found = parse(an_entity(a_role(keys=a_key("signing") + a_key("signing", "aGVp"))).encode())
    assert found.signing_certificates == (rsa_key().certificate,)
    assert found.warnings[0].startswith("a KeyDescriptor is left out: no usable X.509 certificate")


# --- the rest ----------------------------------------------------------------------------


def test_comments_do_not_cut_a_text() -> None:
    cut = f"{names.TRANSIENT[:20]}<!-- x -->{names.TRANSIENT[20:]}"
    formats = f"<md:NameIDFormat>{cut}</md:NameIDFormat>"
    found = parse(an_entity(a_role(formats=formats)).encode())
    assert found.name_id_formats == (names.TRANSIENT,)


def test_it_reads_what_is_shown_to_people() -> None:
    ui = (
        f'<md:Extensions><u:UIInfo xmlns:u="{names.MDUI}">'
        '<u:DisplayName xml:lang="nn">Lånekassen</u:DisplayName>'
        '<u:DisplayName xml:lang="se"> </u:DisplayName>'
        '<u:Description xml:lang="nb">Lån\n  og stipend</u:Description>'
        '<u:InformationURL xml:lang="nb">https://sp.example.no/om</u:InformationURL>'
        '<u:InformationURL xml:lang="en">javascript:x</u:InformationURL>'
        '<u:Logo height="1" width="1">https://sp.example.no/logo.png</u:Logo>'
        '<u:Logo height="1" width="1">data:image/png;base64,aGVp</u:Logo>'
        "</u:UIInfo></md:Extensions>"
    )
    found = parse(an_entity(a_role(extensions=ui)).encode())
    assert found.display_names == (("nn", "Lånekassen"),)
    assert found.descriptions == (("nb", "Lån og stipend"),)
    assert found.information_urls == (("nb", "https://sp.example.no/om"),)
    assert found.logo_urls == ("https://sp.example.no/logo.png",)
    assert len(found.warnings) == 2


def test_a_name_is_looked_for_in_three_places() -> None:
    organisation = (
        '<md:Organization><md:OrganizationName xml:lang="nb">Etat</md:OrganizationName>'
        '<md:OrganizationDisplayName xml:lang="nb">Etaten</md:OrganizationDisplayName>'
        '<md:OrganizationURL xml:lang="nb">https://x.no</md:OrganizationURL></md:Organization>'
    )
    service = (
        '<md:AttributeConsumingService index="0">'
        '<md:ServiceName xml:lang="nb">Tenesta</md:ServiceName></md:AttributeConsumingService>'
    )
    named = parse(an_entity(a_role(services=service), after=organisation).encode())
    assert named.display_names == (("nb", "Tenesta"),)
    assert named.organisation_names == (("nb", "Etaten"),)
    assert parse(an_entity(after=organisation).encode()).display_names == (("nb", "Etaten"),)
    assert parse(an_entity().encode()).display_names == ()


def test_it_reads_contacts_and_requested_attributes() -> None:
    contact = (
        '<md:ContactPerson contactType="support"><md:GivenName>Kari</md:GivenName>'
        "<md:SurName>Nordmann</md:SurName>"
        "<md:EmailAddress>mailto:kari@example.no</md:EmailAddress></md:ContactPerson>"
    )
    service = (
        '<md:AttributeConsumingService index="3" isDefault="true">'
        '<md:ServiceName xml:lang="nb">x</md:ServiceName>'
        '<md:RequestedAttribute Name="uid" isRequired="true"/></md:AttributeConsumingService>'
    )
    found = parse(an_entity(a_role(services=service), after=contact).encode())
    assert found.contacts == (Contact("support", "Kari Nordmann", ("kari@example.no",)),)
    wanted = (RequestedAttribute("uid", None, is_required=True),)
    assert found.attribute_services == (AttributeService(3, True, wanted),)


def test_the_roles_algorithms_win_over_the_entitys() -> None:
    def listed(algorithm: str) -> str:
        return (
            f'<md:Extensions><a:SigningMethod xmlns:a="{names.ALG}" Algorithm="{algorithm}"/>'
            "</md:Extensions>"
        )

    entity = an_entity(after=listed(names.RSA_SHA512))
    assert parse(entity.encode()).signing_methods == (names.RSA_SHA512,)
    role = a_role(extensions=listed(names.ECDSA_SHA256))
    entity = an_entity(role, after=listed(names.RSA_SHA512))
    assert parse(entity.encode()).signing_methods == (names.ECDSA_SHA256,)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23T10:14:00Z", datetime(2026, 11, 23, 10, 14, tzinfo=UTC)),
        ("2026-11-23T10:14:00.5+01:00", datetime(2026, 11, 23, 9, 14, 0, 500000, tzinfo=UTC)),
        ("2026-11-23T10:14:00", datetime(2026, 11, 23, 10, 14, tzinfo=UTC)),
        ("2026-13-23T10:14:00Z", None),
        ("soon", None),
    ],
)
def test_it_reads_valid_until(value: str, expected: datetime | None) -> None:
    found = parse(an_entity(attributes=f' validUntil="{value}"').encode())
    assert found.valid_until == expected
    assert len(found.warnings) == (expected is None)


def test_the_earliest_valid_until_counts() -> None:
    inner = an_entity(attributes=' validUntil="2030-01-01T00:00:00Z"')
    outer = entities(inner).replace(">", ' validUntil="2029-01-01T00:00:00Z">', 1)
    assert parse(outer.encode()).valid_until == datetime(2029, 1, 1, tzinfo=UTC)


def entity_attribute(*values: str, name: str = names.SUBJECT_ID_REQ) -> str:
    """The entity's Extensions with one attribute about it."""
    written = "".join(f"<a:AttributeValue>{value}</a:AttributeValue>" for value in values)
    return (
        f'<md:Extensions><m:EntityAttributes xmlns:m="{names.MDATTR}" xmlns:a="{names.SAML}">'
        f'<a:Attribute Name="{name}">{written}</a:Attribute></m:EntityAttributes></md:Extensions>'
    )


@pytest.mark.parametrize("value", ["subject-id", "pairwise-id", "any", "none"])
def test_the_subject_identifier_that_it_needs_is_read(value: str) -> None:
    document = an_entity(entity_attribute(value) + a_role()).encode()
    assert parse(document).subject_id_requirement == value


@pytest.mark.parametrize(
    "extensions",
    [
        "",
        entity_attribute("e-mail"),
        entity_attribute("any", "none"),
        entity_attribute("any", name="urn:x"),
    ],
)
def test_a_need_that_is_not_plain_is_none(extensions: str) -> None:
    document = an_entity(extensions + a_role()).encode()
    assert parse(document).subject_id_requirement is None
