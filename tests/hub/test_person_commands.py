"""`minid person …` from a shell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.login_session import Proof, ProofKind
from hub.person import read_number
from hub.seams.records import AuditEvent
from metadata import names
from metadata.description import Endpoint
from tests.hub.letters.test_letter_commands import Shell, instance, population, shell
from tests.hub.logout_messages import OTHER, THIRD, redirect_at
from tests.hub.world import (
    KARI,
    MOBILE,
    NILS,
    NOBODY,
    opened,
    publish,
    register,
    settings_in,
)

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


def test_closing_tells_the_services_and_says_of_each_what_became_of_it(
    shell: Shell, instance: Path
) -> None:
    settings, now = settings_in(instance), datetime.now(UTC)
    with opened(settings) as store:
        register(store, settings, OTHER, logout=redirect_at(OTHER))
        closed_port = Endpoint(names.SOAP_BINDING, "http://127.0.0.1:9/slo")
        register(store, settings, THIRD, logout=(closed_port,))
        publish(store, settings)
        kari = store.people.find(read_number(KARI.number))
        assert kari is not None
        session, _ = store.sessions.start(kari.id, [Proof(ProofKind.PASSWORD, now)], "nn", now)
        for entity_id in (OTHER, THIRD, "https://gone.example.no"):
            store.ledger.answered(
                session, entity_id, names.TRANSIENT, "_a", True, AuditEvent("answered", now)
            )
    status, said = shell("person", "close", "--reason", "rang", typed=KARI.number)
    assert status == 0 and said.splitlines() == [
        "the account is closed",
        "https://gone.example.no: not told: it has no address for it, or is suspended",
        f"{OTHER}: not told: only the person's browser could, and it was not asked",
        f"{THIRD}: not told: it could not be reached",
    ]
    with opened(settings) as store:
        [event] = store.history.of_person(kari.id, ("services-told",), 9)
    assert event.details["not-yet"] == OTHER and event.details["unreachable"] == THIRD


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
