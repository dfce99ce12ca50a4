"""Our own metadata: valid, signed, and telling no more than it was given."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from saml2.mdstore import InMemoryMetaData

from metadata import names, safe_xml
from metadata.build import build
from metadata.parse_values import moment
from metadata.schema import Kind, schema_faults
from metadata.signature import signed_part
from tests.metadata.sample_idp import BASE, an_idp
from tests.metadata.sample_keys import rsa_key

MD = {"md": names.MD, "ds": names.DS}


def published(now: datetime, **changes: Any) -> etree._Element:
    document = build(replace(an_idp(), **changes), now).signed(rsa_key())
    return safe_xml.parse_metadata(document)


def test_it_is_valid_by_the_schema(now: datetime) -> None:
    assert schema_faults(published(now), Kind.METADATA) == []


def test_the_least_that_can_be_told_is_valid_too(now: datetime) -> None:
    least = published(
        now,
        logout=(),
        artifact_url=None,
        display_names=(),
        descriptions=(),
        organisation_names=(),
        contacts=(),
        error_url=None,
    )
    assert schema_faults(least, Kind.METADATA) == []
    assert least.find(".//md:SingleLogoutService", MD) is None
    assert least.find(".//md:ArtifactResolutionService", MD) is None
    assert least.find("md:Organization", MD) is None


def test_the_next_metadata_certificate_stands_under_the_present_signature(now: datetime) -> None:
    coming = rsa_key("foreign").certificate
    root = published(now, next_metadata_certificate=coming)
    assert schema_faults(root, Kind.METADATA) == []
    signed = signed_part(root, [rsa_key().certificate]).element
    told = signed.findtext(f"md:Extensions/{{{names.MINID}}}NextSigningCertificate", None, MD)
    assert told == coming.base64


def test_it_is_signed_by_the_metadata_key_as_a_whole(now: datetime) -> None:
    part = signed_part(published(now), [rsa_key().certificate])
    assert part.element.get("entityID") == f"{BASE}/saml/metadata"


def test_what_is_signed_is_canonical(now: datetime) -> None:
    document = build(an_idp(), now).signed(rsa_key())
    root = etree.fromstring(document)
    assert etree.tostring(root, method="c14n", exclusive=True) == document


def test_it_offers_both_bindings_for_login_and_all_keys(now: datetime) -> None:
    root = published(now)
    services = root.findall(".//md:SingleSignOnService", MD)
    assert [one.get("Binding") for one in services] == [names.HTTP_REDIRECT, names.HTTP_POST]
    assert len(root.findall(".//md:KeyDescriptor[@use='signing']", MD)) == 2


def test_it_tells_the_scope_of_its_subject_identifiers(now: datetime) -> None:
    scope = published(now).find(f".//{{{names.SHIBMD}}}Scope")
    assert scope is not None
    assert (scope.text, scope.get("regexp")) == ("minid.example.no", "false")


def test_it_lasts_a_fortnight_and_is_the_same_all_day(now: datetime) -> None:
    first = build(an_idp(), now)
    valid_until = published(now).get("validUntil")
    assert moment(str(valid_until)) == now.replace(hour=0, minute=0) + timedelta(days=14)
    assert published(now).get("cacheDuration") == "PT6H"
    assert build(an_idp(), now + timedelta(hours=10)) == first
    assert build(an_idp(), now + timedelta(hours=14)) != first


def test_its_id_follows_its_content(now: datetime) -> None:
    assert build(an_idp(), now).id == build(an_idp(), now).id
    assert build(replace(an_idp(), error_url=None), now).id != build(an_idp(), now).id


def test_it_asks_for_signed_requests_only_where_told_to(now: datetime) -> None:
    role = ".//md:IDPSSODescriptor"
    general = published(now).find(role, MD)
    special = published(now, want_authn_requests_signed=True).find(role, MD)
    assert general is not None and general.get("WantAuthnRequestsSigned") is None
    assert special is not None and special.get("WantAuthnRequestsSigned") == "true"


def test_pysaml2_finds_where_to_send_its_users(now: datetime) -> None:
    store = InMemoryMetaData(None, build(an_idp(), now).signed(rsa_key()).decode())
    store.load()
    services = store.service(f"{BASE}/saml/metadata", "idpsso_descriptor", "single_sign_on_service")
    assert services[names.HTTP_REDIRECT][0]["location"] == f"{BASE}/saml/sso"
