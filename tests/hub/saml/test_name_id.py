"""Core §3.4.1.1 and §8.3: transient or persistent, and never anything else."""

import pytest

from hub.saml.authn_request import AuthnRequest
from hub.saml.name_id import InvalidNameIdPolicy, chosen_format
from metadata import names
from tests.builders import MOMENT, SP, a_service_provider

SHIBBOLETH = "urn:mace:shibboleth:1.0:nameIdentifier"


def chosen(asked: str | None, *listed: str, qualifier: str | None = None) -> str:
    request = AuthnRequest(
        "_r", SP, MOMENT, name_id_format=asked, sp_name_qualifier=qualifier
    )
    return chosen_format(request, a_service_provider(name_id_formats=listed))


@pytest.mark.parametrize("asked", [names.TRANSIENT, names.PERSISTENT])
def test_it_gives_what_is_asked_for(asked: str) -> None:
    assert chosen(asked, names.TRANSIENT, names.PERSISTENT) == asked


@pytest.mark.parametrize("asked", [None, names.UNSPECIFIED_NAME_ID])
def test_asked_for_nothing_it_gives_the_first_of_the_metadata_that_it_can(
    asked: str | None,
) -> None:
    assert chosen(asked, SHIBBOLETH, names.PERSISTENT, names.TRANSIENT) == names.PERSISTENT


@pytest.mark.parametrize("listed", [(), (names.EMAIL_NAME_ID,), (SHIBBOLETH,)])
def test_without_one_that_it_can_it_gives_a_transient(listed: tuple[str, ...]) -> None:
    assert chosen(None, *listed) == names.TRANSIENT


@pytest.mark.parametrize("asked", [names.EMAIL_NAME_ID, names.ENTITY, SHIBBOLETH, ""])
def test_it_refuses_any_other_format(asked: str) -> None:
    with pytest.raises(InvalidNameIdPolicy):
        chosen(asked, asked)


@pytest.mark.parametrize("qualifier", [None, "", SP])
def test_its_own_name_is_the_only_qualifier(qualifier: str | None) -> None:
    assert chosen(names.PERSISTENT, qualifier=qualifier) == names.PERSISTENT


def test_it_refuses_the_qualifier_of_another() -> None:
    with pytest.raises(InvalidNameIdPolicy, match="affiliations"):
        chosen(names.PERSISTENT, qualifier="https://affiliation.example.no")
