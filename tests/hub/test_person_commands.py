"""`minid person …` from a shell."""

from pathlib import Path

import pytest

from hub.person import read_number
from tests.hub.test_letter_commands import Shell, instance, population, shell
from tests.hub.world import KARI, MOBILE, NILS, NOBODY, opened, settings_in

__all__ = ["instance", "population", "shell"]  # fixtures


def test_a_number_never_stands_on_the_command_line(shell: Shell) -> None:
    with pytest.raises(SystemExit):
        shell("person", "show", KARI.number)


def test_the_state_is_shown_without_secrets(shell: Shell) -> None:
    status, said = shell("person", "show", "--reason", "rang", typed=KARI.number)
    assert status == 0 and "account: registered" in said and "20 codes left" in said
    assert f"ends in {MOBILE[-2:]}" in said and MOBILE not in said and KARI.number not in said


def test_an_account_is_closed_once(shell: Shell, instance: Path) -> None:
    assert shell("person", "close", "--reason", "rang", typed=KARI.number) == (
        0, "the account is closed\n"
    )
    assert "nothing to close" in shell("person", "close", "--reason", "x", typed=KARI.number)[1]
    assert "account: closed" in shell("person", "show", "--reason", "x", typed=KARI.number)[1]


def test_somebody_with_only_a_letter_waits(shell: Shell) -> None:
    said = shell("person", "show", "--reason", "rang", typed=NILS.number)[1]
    assert "account: waiting" in said


def test_a_number_that_nobody_has_is_said(shell: Shell) -> None:
    status, said = shell("person", "show", "--reason", "rang", typed=NOBODY.number)
    assert status == 1 and "person-unknown" in said and NOBODY.number not in said


def test_the_look_is_on_record(shell: Shell, instance: Path) -> None:
    shell("person", "show", "--reason", "rang", typed=KARI.number)
    with opened(settings_in(instance)) as store:
        kari = store.people.find(read_number(KARI.number))
        assert kari is not None
        [event] = store.history.of_person(kari.id, ("support-looked-up",), 9)
    assert event.details["words"] == "rang"


def test_a_reason_with_a_number_is_refused(shell: Shell) -> None:
    status, said = shell("person", "show", "--reason", "kode 123456", typed=KARI.number)
    assert status == 1 and "reason-with-number" in said
