"""Metadata made for a service that has none."""

import pytest

from certs.certificate import NotACertificate
from metadata import parse, safe_xml
from metadata.description import Contact
from metadata.schema import Kind, schema_faults
from sp_registry.compose import Facts, certificates_in, composed, faults
from sp_registry.lint.finding import LintContext, Severity
from sp_registry.lint.linter import lint
from tests.metadata.sample_keys import ec_key, rsa_key
from tests.sp_registry.lint.lint_samples import NOW

PEM = f"-----BEGIN CERTIFICATE-----\n{rsa_key().certificate.base64}\n-----END CERTIFICATE-----\n"
WHOLE = Facts(
    "https://etat.example.no/saml",
    "https://etat.example.no/acs",
    "https://etat.example.no/slo",
    PEM,
    (("nb", "Etat & <venner>"), ("se", "Etáhta")),
    (Contact("technical", "Drift", ("drift@etat.example.no",)),),
)
LEAST = Facts("urn:etat", "https://etat.example.no/acs")


@pytest.mark.parametrize("facts", [WHOLE, LEAST], ids=["whole", "least"])
def test_what_is_built_follows_the_schema(facts: Facts) -> None:
    assert schema_faults(safe_xml.parse_metadata(composed(facts)), Kind.METADATA) == []


def test_what_is_built_is_read_as_it_was_meant() -> None:
    read = parse.parse(composed(WHOLE))
    assert read.entity_id == WHOLE.entity_id
    assert [one.url for one in read.consumers] == [WHOLE.consumer_url]
    assert [one.url for one in read.logout] == [WHOLE.logout_url]
    assert read.signing_certificates == (rsa_key().certificate,)
    assert read.encryption_keys[0].certificate == rsa_key().certificate
    assert read.authn_requests_signed and read.display_names == WHOLE.names
    assert read.contacts == WHOLE.contacts and not read.warnings


def test_the_linter_finds_nothing_that_breaks_logins_in_it() -> None:
    findings = lint(composed(WHOLE), LintContext(NOW, production=True))
    assert not [one.code for one in findings if one.severity is not Severity.ADVICE]


def test_a_key_that_cannot_be_encrypted_to_is_for_signing_alone() -> None:
    facts = Facts("urn:x", LEAST.consumer_url, "", ec_key().certificate.base64)
    read = parse.parse(composed(facts))
    assert read.signing_certificates and not read.encryption_keys


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts("", ""), {"entity_id": "missing", "consumer_url": "missing"}),
        (Facts("no uri", "https://x.no"), {"entity_id": "entity-id"}),
        (Facts("urn:ø", "https://x.no"), {"entity_id": "entity-id"}),
        (Facts("urn:x", "javascript:alert(1)"), {"consumer_url": "address"}),
        (Facts("urn:x", "https://x.no", "x.no/out"), {"logout_url": "address"}),
        (Facts("urn:x", "https://x.no", "", "oops"), {"certificates": "certificate"}),
    ],
)
def test_each_field_says_what_is_wrong_with_it(facts: Facts, expected: dict[str, str]) -> None:
    assert faults(facts) == expected


def test_a_text_of_beginnings_alone_is_no_certificate_and_is_soon_found_out() -> None:
    with pytest.raises(NotACertificate):  # searched for an end from each, this took minutes
        certificates_in("-----BEGIN CERTIFICATE-----" * 19_000)


def test_text_around_certificates_is_read_past() -> None:
    assert certificates_in(f"ours:\n{PEM}and once more\n{PEM}") == (rsa_key().certificate,)
