"""Every rule finds its fault, where it stands, and a sound document has none."""

import re

import pytest

from metadata import names, validate
from metadata.errors import MetadataError
from metadata.parse import parse
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.finding import LintContext, Severity, Text
from sp_registry.lint.fix_texts import TEXTS
from sp_registry.lint.linter import lint
from tests.metadata.sample_metadata import (
    ENTITY_ID,
    FORMAT,
    LOGOUT,
    POST,
    a_key,
    an_entity,
)
from tests.sp_registry.lint.lint_samples import (
    CONTACT,
    CONTEXT,
    EXPIRED,
    NAME,
    NOW,
    PRODUCTION,
    a_consumer,
    a_document,
    algorithms_extension,
    certificate_base64,
    codes,
    dsa_base64,
    ec_base64,
    keys_with,
    methods,
    only,
    signed_document,
    small_base64,
)

HTTP = "http://sp.example.no/acs"
PAOS = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS"


def linked(url: str) -> str:
    link = f'<mdui:InformationURL xml:lang="nb">{url}</mdui:InformationURL>'
    return NAME.replace("</mdui:UIInfo>", f"{link}</mdui:UIInfo>")


def wanting(*attributes: str) -> str:
    listed = "".join(
        f'<md:RequestedAttribute Name="{one}" isRequired="true"/>' for one in attributes
    )
    return (
        '<md:AttributeConsumingService index="0"><md:ServiceName xml:lang="nb">Prøve'
        f"</md:ServiceName>{listed}</md:AttributeConsumingService>"
    )


NUMBERED = LintContext(NOW, organisation_number="987654321")
BOTH = {
    code: document.encode() if isinstance(document, str) else document
    for code, document in {
        "xml-not-well-formed": "<a>",
        "xml-doctype": "<!DOCTYPE a><a/>",
        "document-unreadable": "<a/>".encode("utf-16"),
        "metadata-no-entity": "<html/>",
        "metadata-no-sp-role": an_entity(""),
        "metadata-several-entities": (
            f'<md:EntitiesDescriptor xmlns:md="{names.MD}">{an_entity()}{an_entity()}'
            "</md:EntitiesDescriptor>"
        ),
        "metadata-entity-id": an_entity(entity_id="a b"),
        "metadata-no-consumer": a_document(consumers=a_consumer("https://x.no", PAOS)),
        "metadata-no-signing-key": a_document(keys=a_key("encryption")),
        "metadata-expired": a_document(attributes=EXPIRED),
        "metadata-expires-soon": a_document(attributes=' validUntil="2026-11-30T00:00:00Z"'),
        "signature-stale": signed_document().replace(b"example.no/acs", b"example.no/two"),
        "signature-unreadable": signed_document().replace(b'URI="#_1"', b'URI="#_2"'),
        "entity-id-not-ascii": a_document(entity_id="https://blåbær.no"),
        "entity-id-not-uri": a_document(entity_id="blueberry"),
        "schema": a_document(logout=LOGOUT.replace("<md:Single", "<md:Double")),
        "element-order": a_document(formats="", consumers=POST + FORMAT),
        "role-not-read": a_document(
            after=f'<md:RoleDescriptor protocolSupportEnumeration="{names.SAMLP}"/>'
        ),
        "display-name-missing": a_document(extensions=""),
        "contact-missing": a_document(after=""),
        "name-id-missing": a_document(formats=""),
        "name-id-unknown": a_document(formats=FORMAT.replace("transient", "kerberos")),
        "consumer-not-served": a_document(consumers=a_consumer(HTTP)),
        "endpoint-http": a_document(consumers=POST + a_consumer(HTTP, index=1)),
        "endpoint-address": a_document(consumers=POST + a_consumer("ftp://x.no", index=1)),
        "endpoint-ip": a_document(consumers=a_consumer("https://193.156.90.1/acs")),
        "consumer-binding": a_document(consumers=POST + a_consumer("https://x.no", PAOS, 1)),
        "index-twice": a_document(consumers=POST + a_consumer("https://x.no")),
        "logout-missing": a_document(logout=""),
        "logout-binding": a_document(logout=LOGOUT.replace(names.HTTP_REDIRECT, PAOS)),
        "signing-key-missing": a_document(keys="", signs=""),
        "requests-not-signed": a_document(signs=' WantAssertionsSigned="1"'),
        "assertions-not-wanted-signed": a_document(signs=' AuthnRequestsSigned="1"'),
        "encryption-key-missing": a_document(keys=a_key("signing")),
        "key-without-use": a_document(keys=a_key()),
        "key-several-certificates": a_document(
            keys=keys_with().replace(
                "</ds:X509Data>", "<ds:X509Certificate>AA==</ds:X509Certificate></ds:X509Data>"
            )
        ),
        "key-unreadable": a_document(keys=keys_with() + a_key("signing", "AA==")),
        "key-kind": a_document(keys=keys_with() + a_key("signing", dsa_base64())),
        "certificate-expired": a_document(keys=a_key("signing", certificate_base64(days=-1))),
        "certificate-not-yet-valid": a_document(
            keys=a_key("signing", certificate_base64(days=500))
        ),
        "certificate-expires-soon": a_document(keys=a_key("signing", certificate_base64(days=9))),
        "certificate-hash": a_document(keys=a_key("signing", certificate_base64(old=True))),
        "key-too-small": a_document(keys=a_key("signing", small_base64())),
        "encryption-key-kind": a_document(
            keys=a_key("signing") + a_key("encryption", ec_base64())
        ),
        "encryption-method": a_document(keys=keys_with(names.AES128_CBC)),
        "encryption-key-transport": a_document(keys=keys_with(names.RSA_1_5)),
        "encryption-method-weak": a_document(keys=keys_with(names.AES256_GCM, names.RSA_1_5,
                                                            names.RSA_OAEP)),  # fmt: skip
        "algorithm-weak": a_document(
            extensions=algorithms_extension(names.RSA_SHA256, names.RSA_SHA1)
        ),
        "encryption-method-idle": a_document(
            keys=a_key("signing", methods=methods(names.AES256_GCM)) + keys_with()
        ),
        "encryption-key-old": a_document(
            keys=a_key("signing")
            + a_key("encryption", certificate_base64(days=-1))
            + a_key("encryption")
        ),
        "endpoint-twice": a_document(consumers=POST + POST.replace('index="0"', 'index="1"')),
        "consumer-elsewhere": a_document(
            consumers=POST + a_consumer("https://x.no/acs", index=1)
        ),
        "contact-example": a_document(after=CONTACT.replace("sp.example.no", "example.org")),
        "link-http": a_document(extensions=linked("http://sp.example.no/om")),
        "attribute-not-given": a_document(formats=FORMAT, consumers=POST + wanting("mail")),
        "algorithm-unserved": a_document(extensions=algorithms_extension("urn:x")),
    }.items()
}
ELSEWHERE = {
    "entity-id-taken": (a_document(), LintContext(NOW, taken_entity_ids={ENTITY_ID})),
    "host-not-public": (a_document(consumers=a_consumer("https://10.0.0.1/acs")), PRODUCTION),
    "host-for-trials": (
        a_document(consumers=a_consumer("https://sp-test.example.no/acs")),
        PRODUCTION,
    ),
    "certificate-organisation": (
        a_document(keys=a_key("signing", certificate_base64("123456789"))),
        NUMBERED,
    ),
}
FAULTS = {code: (document, CONTEXT) for code, document in BOTH.items()} | ELSEWHERE
APART = {"file-unreadable"}  # found by the command, for the linter reads no files


def test_a_sound_document_has_no_fault() -> None:
    assert lint(a_document(), CONTEXT) == lint(a_document(), PRODUCTION) == ()


def test_there_is_a_document_for_every_rule() -> None:
    assert set(FAULTS) | APART == set(RULES)


@pytest.mark.parametrize("code", FAULTS)
def test_it_finds(code: str) -> None:
    document, context = FAULTS[code]
    assert code in codes(document, context)


@pytest.mark.parametrize("code", FAULTS)
def test_what_is_refused_or_blocked_elsewhere_breaks_logins_here(code: str) -> None:
    document, context = FAULTS[code]
    worst = lint(document, context)[0].severity
    try:
        found = validate.problems(parse(document), context.now, context.http_hosts)
    except MetadataError:
        assert worst is Severity.BREAKS
        return
    blocked = any(one.severity is not validate.Severity.ADVICE for one in found)
    assert not blocked or worst is Severity.BREAKS


@pytest.mark.parametrize("text", [rule.text for rule in RULES.values()] + list(TEXTS.values()))
def test_every_text_says_the_same_values_in_four_languages(text: Text) -> None:
    values = [sorted(re.findall(r"\{\w+\}", one)) for one in text.by_language().values()]
    assert len(values) == 4 and values.count(values[0]) == 4


def test_the_worst_comes_first_and_then_the_top() -> None:
    found = lint(a_document(consumers=a_consumer(HTTP), logout="", formats=""), CONTEXT)
    order = [Severity.BREAKS, Severity.BREAKS, Severity.WEAKENS, Severity.ADVICE]
    assert [one.severity for one in found] == order


def test_a_finding_tells_line_and_element() -> None:
    finding = only(a_document(keys="\n" + a_key("signing") + "\n" + a_key("encryption")
                              + "\n" + a_key()))  # fmt: skip
    assert (finding.code, finding.line) == ("key-without-use", 4)
    assert finding.path == "EntityDescriptor/SPSSODescriptor/KeyDescriptor[3]"


def test_a_refused_document_is_judged_in_all_other_parts() -> None:
    found = codes(a_document(consumers=a_consumer("https://x.no", PAOS), formats=""))
    assert found == ["metadata-no-consumer", "name-id-missing", "consumer-binding"]


def test_the_line_of_broken_xml_is_told() -> None:
    assert only(b"<a>\n<b>\n</a>").line == 3


def test_it_speaks_four_languages_and_bokmal_to_others() -> None:
    text = only(a_document(after="")).text
    assert text.in_language("nn").startswith("Ingen teknisk kontakt")
    assert text.in_language("en").startswith("No technical contact")
    assert text.in_language("se").startswith("Ii leat addojuvvon")
    assert text.in_language("fi") == text.nb


def test_what_a_stranger_wrote_steers_no_terminal() -> None:
    document = a_document(entity_id="https://sp.example.no/\x9b31m{line}")
    assert "\x9b" not in only(document).text.en
    assert "{line}" in only(document).text.en


def test_http_on_this_machine_will_do_in_development_alone() -> None:
    document = a_document(consumers=a_consumer("http://localhost:8090/acs"))
    assert codes(document) == []
    found = lint(document, PRODUCTION)
    assert {one.code for one in found} == {
        "endpoint-http", "host-not-public", "consumer-not-served"
    }  # fmt: skip
    assert not any(one.fix for one in found)


@pytest.mark.parametrize("host", ["localhost", "sp", "sp.test", "sp.local", "[::1]", "192.168.1.2"])
def test_a_host_that_the_world_cannot_reach_is_nothing_for_production(host: str) -> None:
    document = a_document(consumers=a_consumer(f"https://{host}/acs"))
    assert codes(document, PRODUCTION) == ["host-not-public"]
    assert codes(document) == []


def test_the_right_organisation_number_is_no_fault() -> None:
    keys = "".join(a_key(use, certificate_base64("987654321")) for use in ("signing", "encryption"))
    assert codes(a_document(keys=keys), NUMBERED) == []


def test_a_signature_that_holds_is_no_fault() -> None:
    assert not {one for one in codes(signed_document()) if one.startswith("signature")}


def test_only_a_weak_cipher_breaks_logins_and_one_beside_better_does_not() -> None:
    found = {one.code: one.severity for one in lint(BOTH["encryption-method"], CONTEXT)}
    assert found == {"encryption-method": Severity.BREAKS}
    found = {one.code: one.severity for one in lint(BOTH["encryption-method-weak"], CONTEXT)}
    assert found == {"encryption-method-weak": Severity.ADVICE}


def test_the_schemas_own_words_are_told_with_their_line() -> None:
    finding = next(one for one in lint(BOTH["schema"], CONTEXT) if one.code == "schema")
    assert "DoubleLogoutService" in finding.text.en
    assert finding.line == 1


@pytest.mark.parametrize(
    ("host", "is_odd"),
    [
        ("testadfs.example.no", True),
        ("aai-qa.example.no", True),
        ("3w.example-dev.no", True),
        ("latest.example.no", False),
        ("attest.example.no", False),
    ],
)
def test_a_machine_for_trials_is_known_by_its_name(host: str, is_odd: bool) -> None:
    found = codes(a_document(consumers=a_consumer(f"https://{host}/acs")), PRODUCTION)
    assert ("host-for-trials" in found) == is_odd


def test_an_attribute_that_is_given_or_not_needed_is_no_fault() -> None:
    wanted = wanting("uid", names.PAIRWISE_ID) + wanting("mail").replace(' isRequired="true"', "")
    assert codes(a_document(consumers=POST + wanted.replace('"0"', '"1"', 1))) == []


def test_weak_methods_of_a_key_for_signing_are_not_said_to_weaken_encryption() -> None:
    keys = a_key("signing", methods=methods(names.AES128_CBC)) + a_key("encryption")
    assert codes(a_document(keys=keys)) == ["encryption-method-idle"]


def test_what_a_shibboleth_lists_is_told_in_one_finding() -> None:
    document = a_document(
        consumers=POST + a_consumer("https://sp.example.no/a", PAOS, 1)
        + a_consumer("https://sp.example.no/b", f"{PAOS}-x", 2),
        extensions=algorithms_extension(names.RSA_SHA256, names.RSA_SHA1, names.SHA1),
    )  # fmt: skip
    assert {one.text.en for one in lint(document, CONTEXT)} == {
        "These algorithms are too weak and are not used: rsa-sha1, sha1.",
        "Answers are never sent by PAOS, PAOS-x; only by HTTP-POST and HTTP-Artifact.",
    }
