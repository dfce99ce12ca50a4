"""`minid staff …` in a whole hub."""

import argparse
from collections.abc import Callable
from dataclasses import replace

import pytest

from hub.commands import staff_context
from hub.errors import HubError
from hub.registry import staff_commands
from hub.store.open_store import DatabaseStore
from sp_registry.errors import RegistryError
from tests.hub.world import KARI, NOBODY, OLA, Known, World

Run = Callable[..., list[str]]


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with this person's number on standard input; what it told."""

    def opened(_settings: object) -> DatabaseStore:
        return world.store

    monkeypatch.setattr("hub.commands.opened_store", opened)

    def run(*arguments: str, person: Known = KARI) -> list[str]:
        parser = argparse.ArgumentParser()
        staff_commands.add_parsers(parser.add_subparsers())
        args = parser.parse_args(["staff", *arguments])
        told: list[str] = []
        context = replace(
            staff_context(world.settings),
            write_out=told.append,
            read_number=lambda: person.number,
        )
        assert args.run_staff(context, args) == 0
        return told

    return run


def test_a_role_and_the_shell_that_goes_with_it(world: World, run: Run) -> None:
    told = run("grant", "--role", "administrator", "--name", "Kari", "--shell", "kari")
    assert told[-1] == "shell:kari counts as Kari"
    assert "last login" not in run("list")[0] and "never here" in run("list")[0]


def test_the_last_administrator_is_not_taken_away(run: Run) -> None:
    run("grant", "--role", "administrator", "--name", "Kari")
    with pytest.raises(RegistryError) as caught:
        run("revoke", "--role", "administrator")
    assert caught.value.code == "staff-last-administrator"


def test_an_invitation_by_link_is_printed_once(world: World, run: Run) -> None:
    told = run("invite", "--role", "auditor", "--name", "Ola", "--link")
    assert told[0].startswith(f"{world.settings.base_url}/registry/invitation/")
    assert "invited until" in run("list")[0] and told[0] not in run("list")[0]


def test_an_invitation_by_number_makes_the_organisation(run: Run) -> None:
    organisation = ("--organisation", "974760673", "--organisation-name", "Aukra")
    run("invite", "--role", "contact", "--name", "Ny", *organisation, person=NOBODY)
    assert "agency-contact of 974760673" in run("list")[0]


def test_what_is_no_number_invites_nobody(run: Run) -> None:
    with pytest.raises(HubError) as caught:
        run("invite", "--role", "auditor", "--name", "Ny", person=Known("1234"))
    assert caught.value.code == "staff-person-unknown" and "1234" not in caught.value.detail


def test_somebody_known_is_revoked_by_number(run: Run) -> None:
    run("grant", "--role", "auditor", "--name", "Ola", person=OLA)
    assert run("revoke", "--role", "auditor", person=OLA) == [
        "the role is taken away: auditor"
    ]
