"""A policy as TOML: whatever it holds, it comes back."""

import tomllib
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.certificate import Certificate
from metadata.level import Level
from sp_registry.service_provider import Policy
from sp_registry.toml_policy import BadFile, policy_lines, policy_of, read_toml
from tests.sp_registry.registry_fixtures import a_certificate

# No surrogates: they are in no text that UTF-8 can hold.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def policies() -> st.SearchStrategy[Policy]:
    """Every field at random, made from the types of the class: new fields come along."""
    known: dict[Any, st.SearchStrategy[Any]] = {str: TEXTS, Level: st.sampled_from(Level)}
    st.register_type_strategy(date, st.dates())
    st.register_type_strategy(Certificate, st.just(a_certificate()))
    return st.builds(Policy, **{
        field.name: known.get(field.type, st.from_type(field.type))  # type: ignore[arg-type]
        for field in fields(Policy)
    })


def there_and_back(policy: Policy) -> Policy:
    return policy_of(read_toml("\n".join(policy_lines(policy)).encode()))


@given(policies())
def test_it_comes_back_as_it_was(policy: Policy) -> None:
    assert there_and_back(policy) == policy


def test_every_field_of_the_default_has_a_line_or_is_nothing() -> None:
    table = tomllib.loads("\n".join(policy_lines(Policy())))
    left_out = {field.name for field in fields(Policy)} - set(table)
    assert all(getattr(Policy(), name) is None for name in left_out)


def test_no_profile_is_not_the_default_profile() -> None:
    policy = Policy(attributes=("Culture",), profile=None)
    assert "profile = {}" in policy_lines(policy)
    assert there_and_back(policy).profile is None


def test_a_pair_has_a_line_of_its_own() -> None:
    lines = list(policy_lines(Policy(on_behalf_of=(("0301", "Oslo"), ("1103", "Stavanger")))))
    assert 'on_behalf_of = [\n    ["0301", "Oslo"],\n    ["1103", "Stavanger"],\n]' in lines


@pytest.mark.parametrize(
    "text", ["unknown_restriction = true", "encrypt = 1", "minimum = 9", "encrypt", "\ufeff="]
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(BadFile):
        policy_of(read_toml(text.encode()))


@pytest.mark.parametrize("text", ["a=" + "[" * 50_000, "a=" + "{a=" * 50_000])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(BadFile):
        read_toml(text.encode())
