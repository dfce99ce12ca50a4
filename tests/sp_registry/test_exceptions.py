"""`minid sp add --exception`: an old algorithm for one service provider, until a day."""

from datetime import timedelta
from pathlib import Path

import pytest

from metadata import names
from tests.sp_registry.registry_fixtures import NAV, NOW, World
from tests.sp_registry.test_commands import Terminal

TODAY = NOW.date()
LAST_DAY = TODAY + timedelta(days=30)
CBC = (
    "</ds:KeyInfo>"
    f'<md:EncryptionMethod Algorithm="{names.AES256_CBC}"/></md:KeyDescriptor>'
)


@pytest.fixture
def terminal(world: World, tmp_path: Path) -> Terminal:
    return Terminal(world, tmp_path)


@pytest.fixture
def only_cbc(terminal: Terminal) -> Path:
    """Metadata of a service provider that can decrypt nothing better than AES-CBC."""
    path = terminal.document("nav.xml")
    text = path.read_text("utf-8").replace("</ds:KeyInfo></md:KeyDescriptor>", CBC)
    path.write_text(text, "utf-8")
    return path


def test_it_is_taken_into_policy_and_shown_as_a_weakness(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", "--exception", f"rsa-sha1={LAST_DAY}")
    policy = terminal.world.snapshots.current().find(NAV).policy
    assert policy.algorithm_exceptions == ((names.RSA_SHA1, LAST_DAY),)
    terminal.run("sp", "show", NAV)
    assert f"  weakness: rsa-sha1 until {LAST_DAY}" in terminal.told
    terminal.run("sp", "list")
    assert terminal.told[0].endswith(f"\tweakness: rsa-sha1 until {LAST_DAY}")


def test_it_stays_until_it_is_taken_back(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", "--exception", f"rsa-sha1={LAST_DAY}")
    terminal.run("sp", "add", file, "--approve")
    assert terminal.world.snapshots.current().find(NAV).policy.algorithm_exceptions
    terminal.run("sp", "add", file, "--approve", "--no-exceptions")
    assert not terminal.world.snapshots.current().find(NAV).policy.algorithm_exceptions


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (f"rsa-1_5={LAST_DAY}", "exception-unknown"),
        (f"tripledes-cbc={LAST_DAY}", "exception-unknown"),
        (f"rsa-sha1={TODAY - timedelta(days=1)}", "exception-past"),
    ],
)
def test_for_some_and_for_the_past_there_is_none(
    terminal: Terminal, exception: str, code: str
) -> None:
    file = terminal.document("nav.xml")
    assert terminal.run("sp", "add", file, "--exception", exception) == 1
    assert terminal.told[0].endswith(f"({code})")


def test_who_lists_only_cbc_is_not_approved_without_one(
    terminal: Terminal, only_cbc: Path
) -> None:
    terminal.run("sp", "add", only_cbc, "--approve")
    assert "not approved:" in terminal.told[0] and "(encryption-method)" in terminal.told[0]
    terminal.run("sp", "add", only_cbc, "--approve", "--exception", f"aes256-cbc={LAST_DAY}")
    assert terminal.world.snapshots.current().find(NAV).active
