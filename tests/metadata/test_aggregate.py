"""Other entities' metadata under our signature, clean and valid, whatever came in."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from metadata import names, safe_xml
from metadata.aggregate import (
    PREFIX,
    Entity,
    NotForPublishing,
    Span,
    aggregate,
    fragment,
    sha1_id,
    single,
)
from metadata.build import build
from metadata.schema import Kind, schema_faults
from metadata.signature import signed_part
from tests.metadata.sample_idp import an_idp
from tests.metadata.sample_keys import certificate_file, rsa_key
from tests.metadata.sample_metadata import ENTITY_ID, a_role, an_entity
from tests.metadata.test_signature import verify_by_xmlsec
from tests.needed import program

MD = {"md": names.MD, "ds": names.DS}
SIGNED = (
    f'<ds:Signature xmlns:ds="{names.DS}"><ds:SignedInfo><ds:CanonicalizationMethod '
    f'Algorithm="{names.EXCLUSIVE_C14N}"/><ds:SignatureMethod Algorithm="{names.RSA_SHA256}"/>'
    '<ds:Reference URI="#_theirs"><ds:DigestMethod '
    f'Algorithm="{names.SHA256}"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>"
)
TYPED = (
    '<md:Extensions><attr:EntityAttributes xmlns:attr="urn:oasis:names:tc:SAML:metadata:attribute">'
    f'<saml:Attribute xmlns:saml="{names.SAML}" Name="a"><saml:AttributeValue '
    f'xmlns:xsi="{names.XSI}" xmlns:{{prefix}}="{names.XS}" xsi:type="{{prefix}}:string">b'
    "</saml:AttributeValue></saml:Attribute></attr:EntityAttributes></md:Extensions>"
)


def an_approved(document: str, entity_id: str = ENTITY_ID) -> Entity:
    return Entity(entity_id, document.encode())


def before_role(content: str) -> str:
    return an_entity(role=content + a_role())


def alone(document: str, now: datetime) -> etree._Element:
    """The entity as it is served by itself, valid by the schema and by its signature."""
    served = single(an_approved(document), Span.of_day(now), rsa_key())
    root = safe_xml.parse_metadata(served)
    assert schema_faults(root, Kind.METADATA) == []
    verify_by_xmlsec(served, rsa_key())
    return signed_part(root, [rsa_key().certificate]).element


def together(now: datetime, *documents: Entity) -> bytes:
    span = Span.of_day(now)
    own = build(an_idp(), now)
    fragments = [own.head + own.tail, *(fragment(one, span) for one in documents)]
    return aggregate(fragments, "https://minid.example.no", span, rsa_key())


def test_all_stand_in_one_signed_and_valid_document(now: datetime) -> None:
    others = [an_approved(an_entity(entity_id=f"urn:sp:{n}"), f"urn:sp:{n}") for n in range(3)]
    document = together(now, *others)
    root = safe_xml.parse_metadata(document)
    assert schema_faults(root, Kind.METADATA) == []
    assert etree.tostring(root, method="c14n", exclusive=True) == document
    inside = signed_part(root, [rsa_key().certificate]).element
    found = [one.get("entityID") for one in inside.findall("md:EntityDescriptor", MD)]
    assert found == [an_idp().entity_id, "urn:sp:0", "urn:sp:1", "urn:sp:2"]
    assert root.get("validUntil") == "2026-12-07T00:00:00Z"


def test_the_xmlsec1_program_verifies_it(now: datetime, tmp_path: Path) -> None:
    file = tmp_path / "entities.xml"
    file.write_bytes(together(now, an_approved(an_entity())))
    command = [program("xmlsec1"), "--verify", "--enabled-key-data", "rsa"]
    command += ["--pubkey-cert-pem", str(certificate_file())]
    command += ["--id-attr:ID", f"{names.MD}:EntitiesDescriptor", str(file)]
    subprocess.run(command, check=True, capture_output=True)


def test_old_signatures_ids_and_remarks_are_gone(now: datetime) -> None:
    strange = an_entity(
        role="<!-- draft -->" + SIGNED + a_role(signs=' ID="_role"'), attributes=' ID="_theirs"'
    )
    root = alone(strange, now)
    assert root.get("ID") != "_theirs"
    assert [one for one in root.iter() if one.get("ID") == "_role"] == []
    assert root.findall(".//ds:Signature", MD) == []
    assert b"draft" not in etree.tostring(root)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("", "2026-12-07T00:00:00Z"),
        (' validUntil="2026-11-30T12:00:00Z"', "2026-11-30T12:00:00Z"),
        (' validUntil="2036-01-01T00:00:00Z"', "2026-12-07T00:00:00Z"),
    ],
)
def test_its_own_end_is_kept_and_never_later_than_ours(
    now: datetime, own: str, expected: str
) -> None:
    assert alone(an_entity(attributes=own), now).get("validUntil") == expected


@pytest.mark.parametrize("prefix", ["xs", "xsd"])
def test_types_by_any_prefix_leave_it_valid(now: datetime, prefix: str) -> None:
    root = alone(before_role(TYPED.replace("{prefix}", prefix)), now)
    assert "b" in [one.text for one in root.iter(f"{{{names.SAML}}}AttributeValue")]


def test_the_entity_is_taken_out_of_the_document_around_it(now: datetime) -> None:
    around = f'<md:EntitiesDescriptor xmlns:md="{names.MD}">{an_entity()}</md:EntitiesDescriptor>'
    assert alone(around, now).get("entityID") == ENTITY_ID


@pytest.mark.parametrize(
    "document",
    [
        an_entity(attributes=' validUntil="2026-11-01T00:00:00Z"'),
        an_entity(attributes=' validUntil="soon"'),
        an_entity(entity_id="https://another.example.no"),
        before_role("<md:Surprise/>"),
        an_entity(attributes=f' xmlns:{PREFIX}="urn:x"'),
    ],
    ids=["past", "no-time", "another", "invalid", "our-prefix"],
)
def test_what_would_spoil_the_whole_is_left_out(now: datetime, document: str) -> None:
    with pytest.raises(NotForPublishing):
        fragment(an_approved(document), Span.of_day(now))


def test_the_hash_of_an_entity_id_is_that_of_the_query_protocol() -> None:
    expected = "11d72e8cf351eb6c75c721e838f469677ab41bdb"
    assert sha1_id("http://example.org/service") == expected
