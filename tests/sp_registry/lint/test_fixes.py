"""Quick fixes: each mends its finding, breaks no schema, and makes nothing worse.

The property is tried on documents with faults drawn at random and mixed, and on
real ones.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bench.promises import TOUCHES, broken, faults, meaning, offered
from metadata import names, safe_xml
from metadata.parse import parse
from sp_registry.lint.finding import Finding, Fix, LintContext
from sp_registry.lint.linter import lint, mended
from sp_registry.lint.subject import ENDPOINTS, ROLE
from tests.metadata.sample_metadata import FORMAT, LOGOUT, POST, a_key
from tests.needed import missing
from tests.sp_registry.lint.lint_samples import (
    CONTACT,
    CONTEXT,
    EXPIRED,
    NAME,
    PRODUCTION,
    SIGNS,
    a_consumer,
    a_document,
    algorithms_extension,
    codes,
    dsa_base64,
    ec_base64,
    keys_with,
    methods,
    signed_document,
)

COMMENT = "<!-- ours, since 2014 -->"
HTTP = "http://sp.example.no:80/acs?a=b"
FOREIGN_ROLE = (
    '<md:RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:fed="http://example.no/fed" xsi:type="fed:Service" '
    'protocolSupportEnumeration="http://example.no/fed"/>'
)
SIGNATURE = etree.tostring(safe_xml.parse_metadata(signed_document())[0]).decode()


def fixes_in(findings: tuple[Finding, ...]) -> dict[str, Fix]:
    return {one.code: one.fix for one in findings if one.fix is not None}


def require_kept(document: bytes, context: LintContext) -> None:
    """The promise of every quick fix that this document is offered."""
    for name in offered(document, context):
        assert broken(document, name, context) == [], name


ALGORITHMS = st.lists(
    st.sampled_from(
        [
            names.AES128_CBC,
            names.AES256_GCM,
            names.TRIPLE_DES_CBC,
            names.RSA_1_5,
            names.RSA_OAEP,
            "urn:x",
        ]
    ),
    max_size=3,
)
CERTIFICATES = st.sampled_from([None, "AA==", ec_base64(), dsa_base64()])


@st.composite
def keys(draw: st.DrawFn) -> str:
    use = draw(st.sampled_from(["", "signing", "encryption"]))
    listed = "".join(f'<md:EncryptionMethod Algorithm="{one}"/>' for one in draw(ALGORITHMS))
    return a_key(use, draw(CERTIFICATES), listed)


def parts(*choices: str, most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(choices), max_size=most)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Any mixture of faults, in the schema's order or in none."""
    local = a_consumer("http://localhost/acs", index=2)
    consumers = (POST, COMMENT + POST, a_consumer(HTTP, index=1), local)
    children = [
        *draw(st.lists(keys(), max_size=3)),
        *draw(parts(LOGOUT, LOGOUT.replace("https", "http"), most=1)),
        *draw(parts(FORMAT, FORMAT.replace("transient", "kerberos"))),
        *draw(st.lists(st.sampled_from(consumers), min_size=1, max_size=3)),
    ]
    if draw(st.booleans()):
        children = draw(st.permutations(children))
    algorithms = algorithms_extension(names.RSA_SHA1, names.RSA_SHA256)
    around = [draw(st.sampled_from(["", CONTACT])), *draw(parts(FOREIGN_ROLE, SIGNATURE))]
    signs = draw(st.sampled_from(["", SIGNS, EXPIRED, SIGNS + EXPIRED]))
    return a_document(
        keys="\n".join(children),
        consumers="",
        logout="",
        formats="",
        signs=signs,
        extensions=draw(st.sampled_from(["", NAME, algorithms])),
        after="".join(draw(st.permutations(around))),
        attributes=draw(st.sampled_from(["", EXPIRED])),
    )


@settings(max_examples=100)
@given(documents(), st.sampled_from([CONTEXT, PRODUCTION]))
def test_a_fix_mends_its_finding_keeps_the_schema_and_makes_nothing_worse(
    document: bytes, context: LintContext
) -> None:
    require_kept(document, context)


@settings(max_examples=50)
@given(documents())
def test_all_fixes_together_make_it_valid_and_leave_none_to_apply(document: bytes) -> None:
    better, _ = mended(document, CONTEXT)
    assert fixes_in(lint(better, CONTEXT)) == {}
    assert faults(better) == []


@settings(max_examples=50)
@given(documents(), st.permutations(sorted(TOUCHES)))
def test_single_clicks_in_any_order_lead_where_all_fixes_do(
    document: bytes, order: list[str]
) -> None:
    clicked = document
    for name in order * 2:  # a click may uncover what another mends
        clicked, _ = mended(clicked, CONTEXT, name)
    assert offered(clicked, CONTEXT) == {}
    assert meaning(clicked) == meaning(mended(document, CONTEXT)[0])


def real_documents() -> dict[str, bytes]:
    folder = os.environ.get("MINID_SAMPLES")
    found = sorted(Path(folder).glob("*.xml")) if folder else []
    if not found:
        missing("the folder of real metadata (MINID_SAMPLES)")
    return {path.name: path.read_bytes() for path in found}


def test_every_fix_of_a_real_document_keeps_the_promise() -> None:
    for name, document in real_documents().items():
        require_kept(document, PRODUCTION)
        assert faults(mended(document, PRODUCTION)[0]) == [], name


def upside_down(role: etree._Element) -> None:
    role[:] = list(reversed(role))


def past_its_date(role: etree._Element) -> None:
    role.set("validUntil", "2026-11-01T00:00:00Z")


def by_plain_http(role: etree._Element) -> None:
    for element in role.iterchildren(*ENDPOINTS):
        element.set("Location", element.get("Location", "").replace("https:", "http:"))


def signed_by_another(role: etree._Element) -> None:
    role.getroottree().getroot().insert(0, etree.fromstring(SIGNATURE))


@pytest.mark.parametrize(
    ("damage", "fix"),
    [
        (upside_down, "reorder"),
        (past_its_date, "remove-valid-until"),
        (by_plain_http, "use-https"),
        (signed_by_another, "remove-signature"),
    ],
)
def test_a_real_document_that_was_damaged_is_mended(
    damage: Callable[[etree._Element], None], fix: str
) -> None:
    for name, document in real_documents().items():
        root = safe_xml.parse_metadata(document)
        damage(next(root.iter(ROLE)))
        damaged = etree.tostring(root)
        require_kept(damaged, CONTEXT)
        offered = fixes_in(lint(damaged, CONTEXT)).values()
        assert fix in [each.name for each in offered], name
        better, _ = mended(damaged, CONTEXT)
        assert faults(better) == [], name
        assert fixes_in(lint(better, CONTEXT)) == {}, name


def fixed(document: bytes, name: str) -> bytes:
    found = {fix.name: fix for fix in fixes_in(lint(document, CONTEXT)).values()}
    return found[name].apply(document)


def test_it_puts_elements_in_order_without_changing_what_they_say() -> None:
    document = a_document(keys="", consumers=POST + keys_with() + a_consumer("https://x.no"))
    better = fixed(document, "reorder")
    assert faults(document) and not faults(better)
    assert parse(better) == parse(document)


def test_a_key_for_both_becomes_two_and_the_one_to_encrypt_to_stays_the_first() -> None:
    document = a_document(keys=a_key() + keys_with(names.AES256_GCM))
    before, after = parse(document), parse(fixed(document, "add-use"))
    assert after.signing_certificates == before.signing_certificates
    assert after.encryption_keys[0] == before.encryption_keys[0]
    assert all(key.has_use for key in after.encryption_keys)


@pytest.mark.parametrize("others", [keys_with(), ""])
def test_a_key_that_cannot_be_encrypted_to_becomes_one_for_signing(others: str) -> None:
    document = a_document(keys=others + a_key(certificate=ec_base64()))
    after = parse(fixed(document, "sign-only"))
    assert after.signing_certificates[-1].key_kind == "EC"
    assert len(after.encryption_keys) == bool(others)


def test_the_copy_of_a_key_carries_no_id() -> None:
    bare = a_key().replace("<ds:KeyInfo", '<ds:KeyInfo Id="k"')
    assert fixed(a_document(keys=bare), "add-use").count(b'Id="k"') == 1


def test_a_format_is_added_where_the_schema_wants_it() -> None:
    better = fixed(a_document(formats=""), "add-name-id-format")
    assert parse(better).name_id_formats == (names.TRANSIENT,)
    assert faults(better) == []


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("http://sp.example.no/acs?a=b", "https://sp.example.no/acs?a=b"),
        ("http://sp.example.no:80/acs", "https://sp.example.no/acs"),
        ("http://sp.example.no:8080/acs", "https://sp.example.no:8080/acs"),
    ],
)
def test_http_becomes_https_on_the_same_host(url: str, secure: str) -> None:
    document = a_document(consumers=a_consumer(url))
    assert parse(fixed(document, "use-https")).consumers[0].url == secure


def test_only_a_valid_until_that_has_passed_is_taken_out() -> None:
    later = ' validUntil="2027-01-01T00:00:00Z"'
    better = fixed(a_document(attributes=EXPIRED, signs=SIGNS + later), "remove-valid-until")
    assert better.count(b"validUntil") == 1
    assert codes(better) == []


def test_weak_methods_go_and_others_stay() -> None:
    listed = (names.AES128_CBC, names.AES128_GCM, names.RSA_1_5, names.RSA_OAEP)
    better = fixed(a_document(keys=keys_with(*listed)), "remove-weak-encryption")
    assert parse(better).encryption_keys[0].methods == (names.AES128_GCM, names.RSA_OAEP)


def test_what_would_not_help_is_not_offered() -> None:
    document = a_document(keys=keys_with(names.AES128_CBC, "urn:x"))
    assert codes(document) == ["encryption-method"]
    assert fixes_in(lint(document, CONTEXT)) == {}


def test_weak_algorithms_go_and_no_empty_extensions_is_left() -> None:
    weak = algorithms_extension(names.RSA_SHA1).replace(NAME[len("<md:Extensions>"):], "")
    better = fixed(a_document(extensions=weak), "remove-weak-algorithms")
    assert parse(better).signing_methods == ()
    assert faults(better) == []


def test_no_signature_outlives_a_change() -> None:
    better = fixed(signed_document(), "add-name-id-format")
    assert b"Signature" not in better
    assert faults(better) == []


def test_other_findings_are_left_alone() -> None:
    document = a_document(formats="", logout="", attributes=EXPIRED)
    assert codes(fixed(document, "remove-valid-until")) == ["logout-missing", "name-id-missing"]


def test_comments_between_elements_stay_where_they_belong_and_those_in_a_text_go() -> None:
    document = a_document(
        keys="", formats=FORMAT.replace("urn:", "urn:<!-- here -->"),
        consumers=f"{COMMENT}{POST}{keys_with()}",
    )  # fmt: skip
    better = fixed(b"<!-- kept by hand -->" + document, "reorder")
    assert b"<!-- kept by hand -->" in better and b"here" not in better
    assert f"{COMMENT}<md:AssertionConsumerService".encode() in better
    assert faults(better) == [] and parse(better) == parse(document)


def test_methods_of_a_key_for_signing_alone_are_taken_out() -> None:
    document = a_document(keys=a_key("signing", methods=methods(names.AES128_CBC)) + keys_with())
    assert codes(document) == ["encryption-method-idle"]
    assert codes(fixed(document, "remove-idle-methods")) == []


def test_one_after_another_they_mend_all_that_can_be() -> None:
    document = a_document(formats="", consumers=a_consumer(HTTP), attributes=EXPIRED)
    better, applied = mended(document, CONTEXT)
    assert {fix.name for fix in applied} == {
        "add-name-id-format", "use-https", "remove-valid-until"
    }  # fmt: skip
    assert codes(better) == []
