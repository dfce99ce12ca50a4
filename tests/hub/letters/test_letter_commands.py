"""`minid pins …` and `minid letters …` from a shell."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from hub import commands
from hub.outside.synthetic_register import NoRegister
from hub.person import read_number
from hub.population import EventKind
from hub.registers import register_file
from hub.registers.register_file import RegisterFile
from hub.seams.letters import LetterState
from tests.hub.world import KARI, NOBODY, opened, settings_in

Shell = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up register of this year, with the people of these tests in it."""
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    names = {KARI.number: "Kari Nordmann", NOBODY.number: "Máret Guovža"}
    register_file.build(path, datetime.now(UTC).year, names)
    return path


@pytest.fixture
def instance(installation: Path, population: Path, tmp_path: Path) -> Path:
    instance = Path(copytree(installation, tmp_path / "instance"))
    (instance / "demo").mkdir()
    copyfile(population, instance / "demo" / "register.sqlite")
    return instance


@pytest.fixture
def register(instance: Path) -> RegisterFile:
    return RegisterFile(instance / "demo" / "register.sqlite")


@pytest.fixture
def shell(
    instance: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("MINID_BASE_URL", "http://localhost:8080")
    monkeypatch.setenv("MINID_MODE", "development")
    monkeypatch.setenv("MINID_INSTANCE", str(instance))

    def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = commands.main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_a_number_never_stands_on_the_command_line(shell: Shell) -> None:
    with pytest.raises(SystemExit):
        shell("pins", "order", KARI.number)


def test_a_sheet_is_ordered_printed_and_reported(
    shell: Shell, instance: Path, tmp_path: Path
) -> None:
    status, said = shell("pins", "order", "--number-from-stdin", typed=f"{NOBODY.number}\n")
    assert status == 0 and said.endswith("is ordered\n")
    assert NOBODY.number not in said
    letter = said.split()[1]
    again = shell("pins", "order", "--number-from-stdin", typed=NOBODY.number)
    assert f"letter {letter}" in again[1] and "stands" in again[1]
    out = tmp_path / "out"
    assert shell("letters", "print", "--out", str(out)) == (
        0, f"1 letters are handed over in {out}\n"
    )
    [batch] = out.glob("*.zip")
    with zipfile.ZipFile(batch) as file:
        assert f"{letter}.p7m" in file.namelist()
    report = tmp_path / "report.csv"
    report.write_text(f"letter,state\n{letter},posted\n{'0' * 32},posted\n")
    status, said = shell("letters", "reconcile", str(report))
    assert (status, said) == (1, "2 lines: 1 with news, 1 of letters not ours\n")
    assert "       1 posted" in shell("letters", "list")[1]


def test_a_second_run_prints_nothing(shell: Shell, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    shell("pins", "order", "--number-from-stdin", typed=NOBODY.number)
    shell("letters", "print", "--out", out)
    assert shell("letters", "print", "--out", out)[1].startswith("0 letters")


def test_block_puts_every_sheet_out_of_use(shell: Shell, instance: Path) -> None:
    status, said = shell("pins", "block", "--number-from-stdin", typed=KARI.number)
    assert (status, said) == (0, "1 sheets are out of use\n")
    with opened(settings_in(instance)) as store:
        kari = store.people.find(read_number(KARI.number))
        assert kari and store.sheets.asked(kari.id, 1) is None


@pytest.mark.parametrize("typed", ["", "12345678901", "hest"])
def test_what_is_no_number_is_refused_without_its_digits(shell: Shell, typed: str) -> None:
    status, said = shell("pins", "order", "--number-from-stdin", typed=typed)
    assert status == 1 and "(number-unusable)" in said
    assert not typed or typed not in said


def test_to_block_the_codes_of_a_stranger_is_refused(shell: Shell) -> None:
    status, said = shell("pins", "block", "--number-from-stdin", typed=NOBODY.number)
    assert (status, said) == (1, "minid: nobody has this number here (person-unknown)\n")


def test_without_a_register_letters_wait_with_a_clear_sentence(
    shell: Shell, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("pins", "order", "--number-from-stdin", typed=NOBODY.number)
    monkeypatch.setattr("hub.app.registers.register_of", lambda *_: NoRegister())
    status, said = shell("letters", "print", "--out", str(tmp_path / "out"))
    assert status == 1
    assert "no population register is set up, so nobody's address is known: letters wait" in said
    with opened(settings_in(instance)) as store:
        assert store.letters.counts() == {LetterState.ORDERED: 1}


def test_without_a_register_an_order_waits_for_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.app.registers.register_of", lambda *_: NoRegister())
    status, said = shell("pins", "order", "--number-from-stdin", typed=NOBODY.number)
    assert status == 0 and "so the order waits for it (register-missing)" in said


def test_no_letter_is_ordered_for_the_dead_and_for_strangers(
    shell: Shell, register: RegisterFile
) -> None:
    register.die(NOBODY.number)
    for number in (NOBODY.number, register.told_of(EventKind.FALSE_IDENTITY)[0]):
        status, said = shell("pins", "order", "--number-from-stdin", typed=number)
        assert status == 1 and said.endswith("(register-over)\n")


def test_first_sheets_are_ordered_once_for_those_who_turn_13(
    shell: Shell, register: RegisterFile, instance: Path
) -> None:
    many = len(register.residents_born_in(datetime.now(UTC).year - 13))
    assert many >= 357
    status, said = shell("letters", "cohort")
    assert status == 0
    assert f"{many} letters are ordered of {many} who turn 13 this year" in said
    assert f"0 letters are ordered of {many}" in shell("letters", "cohort")[1]
    with opened(settings_in(instance)) as store:
        assert store.letters.counts() == {LetterState.ORDERED: many}


def test_first_sheets_are_ordered_for_those_who_moved_in_since(
    shell: Shell, register: RegisterFile
) -> None:
    assert "0 letters are ordered for new residents" in shell("letters", "cohort")[1]
    register.move_in(NOBODY.number)
    assert "1 letters are ordered for new residents" in shell("letters", "cohort")[1]
    assert "0 letters are ordered for new residents" in shell("letters", "cohort")[1]
