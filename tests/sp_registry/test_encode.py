from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.certificate import Certificate
from metadata.description import (
    AttributeService,
    Contact,
    EncryptionKey,
    Endpoint,
    RequestedAttribute,
    SpDescription,
)
from metadata.level import Level
from sp_registry import encode
from sp_registry.encode import Content
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import a_certificate, a_description

text = st.text(max_size=12)
texts = st.lists(text, max_size=3).map(tuple)
pairs = st.lists(st.tuples(text, text), max_size=3).map(tuple)
certificates: st.SearchStrategy[Certificate] = st.builds(a_certificate)


def tuples(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2).map(tuple)


numbers = st.integers(0, 9) | st.none()
flags = st.booleans() | st.none()
endpoints = st.builds(Endpoint, text, text, numbers, flags, text | st.none())
keys = st.builds(EncryptionKey, certificates, texts, texts, st.booleans())
requested = st.builds(RequestedAttribute, text, text | st.none(), st.booleans())
services = st.builds(AttributeService, st.integers(0, 9), flags, tuples(requested))
moments = st.datetimes(timezones=st.just(UTC))
descriptions = st.builds(
    SpDescription,
    entity_id=text,
    consumers=tuples(endpoints),
    logout=tuples(endpoints),
    signing_certificates=tuples(certificates),
    encryption_keys=tuples(keys),
    authn_requests_signed=st.booleans(),
    want_assertions_signed=st.booleans(),
    name_id_formats=texts,
    attribute_services=tuples(services),
    display_names=pairs,
    descriptions=pairs,
    information_urls=pairs,
    logo_urls=texts,
    organisation_names=pairs,
    contacts=tuples(st.builds(Contact, text, text, texts)),
    signing_methods=texts,
    digest_methods=texts,
    valid_until=moments | st.none(),
    warnings=texts,
)
policies = st.builds(
    Policy,
    attributes=texts,
    legal_basis=text | st.none(),
    minimum=st.sampled_from(Level),
    demand_signed_requests=st.booleans(),
    encrypt=st.booleans(),
    read_as_minimum=st.booleans(),
    display_names=pairs,
    organisation_number=text | st.none(),
    return_url=text | st.none(),
    on_behalf_of=pairs,
    algorithm_exceptions=st.lists(st.tuples(text, st.dates()), max_size=2).map(tuple),
)


@given(st.builds(Content, text, descriptions, policies, st.booleans()))
def test_whatever_is_written_reads_back_the_same(content: Content) -> None:
    assert encode.read(encode.written(content)) == content


def test_every_field_is_written() -> None:
    policy = Policy(algorithm_exceptions=(("cbc", date(2027, 1, 1)),))
    until = datetime(2027, 1, 1, tzinfo=UTC)
    content = Content("1", a_description(valid_until=until), policy, active=False)
    assert '"active":false' in encode.written(content)
    assert '["cbc","2027-01-01"]' in encode.written(content)
    assert '"valid_until":"2027-01-01T00:00:00+00:00"' in encode.written(content)


def test_equal_content_has_one_hash() -> None:
    first, second = (encode.written(Content("1", a_description())) for _ in range(2))
    assert encode.version_hash(first, b"x") == encode.version_hash(second, b"x")


def test_another_document_has_another_hash() -> None:
    written = encode.written(Content("1", a_description()))
    assert encode.version_hash(written, b"x") != encode.version_hash(written, b"y")


def test_a_field_that_was_not_written_takes_its_default() -> None:
    read = encode.read('{"id":"1","description":{"entity_id":"a","consumers":[]}}')
    assert read.policy == Policy()
    assert read.active


@pytest.mark.parametrize(
    "stored",
    [
        "no JSON",
        "[]",
        '{"id":1,"description":{"entity_id":"a","consumers":[]}}',
        '{"id":"1","description":{"entity_id":"a"}}',
        '{"id":"1","description":{"entity_id":"a","consumers":[]},"only_on_sundays":true}',
        '{"id":"1","description":{"entity_id":"a","consumers":[],"signing_certificates":["x"]}}',
    ],
)
def test_it_refuses_content_that_it_would_not_write(stored: str) -> None:
    with pytest.raises(encode.Unreadable):
        encode.read(stored)
