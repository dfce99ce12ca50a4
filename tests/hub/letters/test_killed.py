"""The printing, killed with SIGKILL at every point: nothing is lost and nothing doubled."""

import json
import re
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from shutil import copy, copytree

import pytest

from hub.app import print_folder, print_office, system_clock
from hub.development.synthetic import synthetic_number
from hub.letters.printing import hand_over_all, print_due
from hub.outside.letter_office import DevelopmentPrinter
from hub.person import read_number
from hub.registers import register_file
from hub.seams.letters import LetterState, SealedLetter
from hub.settings import Settings
from hub.store.open_store import DatabaseStore
from tests.hub.letters.office import text_of
from tests.hub.world import opened
from tests.installation import ROOT, clean_environ

PATIENCE = 120  # seconds, on a busy machine
_CHANCE = Random(20)
NUMBERS = [synthetic_number(_CHANCE) for _ in range(3)]
# Each point: what dies there, and at which of its calls.
POINTS = {
    "a letter is set": ("hub.letters.printing", "sealed", 2),
    "its sheet is stored, and not yet committed": (
        "hub.store.letter_orders.LetterOrdersInDatabase", "rendered", 2
    ),
    "all are rendered": ("hub.store.letter_orders.LetterOrdersInDatabase", "make_batch", 1),
    "the batch is made": ("hub.outside.print_folder.PrintFolder", "hand_over", 1),
    "the file is half written": ("zipfile.ZipFile", "writestr", 3),
    "the file has its name": ("hub.outside.print_folder.PrintFolder", "_sync", 1),
    "the batch is handed over": (
        "hub.store.letter_orders.LetterOrdersInDatabase", "handed_over", 1
    ),
}
PRINT_AND_DIE = """
import itertools, os, pkgutil, signal, sys
from hub.commands import main
where, name, last, out = sys.argv[1:]
room = pkgutil.resolve_name(where)
calls, whole = itertools.count(1), getattr(room, name)
def die(*given, **named):
    if next(calls) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given, **named)
setattr(room, name, die)
main(["letters", "print", "--out", out])
"""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A population in which the three are known, made once."""
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, datetime.now(UTC).year, dict.fromkeys(NUMBERS, "Kari Nordmann"))
    return path


@pytest.fixture
def instance(installation: Path, register: Path, tmp_path: Path) -> Path:
    made = Path(copytree(installation, tmp_path / "instance"))
    (made / "demo").mkdir(exist_ok=True)
    copy(register, made / "demo")
    return made


def settings_of(environ: dict[str, str]) -> Settings:
    return Settings.from_environ(environ)


def order_three(store: DatabaseStore) -> dict[str, str]:
    """The person of each new order."""
    now = datetime.now(UTC)
    people = [store.people.create(read_number(number), now).id for number in NUMBERS]
    return {store.letters.order(each, "test", now)[0].id: each for each in people}


def letters_in(folder: Path) -> list[SealedLetter]:
    found = []
    for batch in folder.glob("*.zip"):
        with zipfile.ZipFile(batch) as file:
            for letter in json.loads(file.read("manifest.json"))["letters"]:
                found.append(SealedLetter(letter["id"], file.read(letter["file"])))
    return found


@pytest.mark.parametrize("point", POINTS)
def test_killed_when(point: str, instance: Path, tmp_path: Path) -> None:
    environ = clean_environ() | {
        "MINID_BASE_URL": "http://localhost:8080",
        "MINID_MODE": "development",
        "MINID_INSTANCE": str(instance),
    }
    settings, out = settings_of(environ), tmp_path / "out"
    where, name, last = POINTS[point]
    with opened(settings) as store:
        orders = order_three(store)
    dying = [sys.executable, "-c", PRINT_AND_DIE, where, name, str(last), str(out)]
    done = subprocess.run(dying, env=environ, cwd=ROOT, capture_output=True, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    with opened(settings) as store:
        office = print_office(settings, store)
        print_due(office)
        hand_over_all(office, print_folder(out))
        found = letters_in(out)
        assert sorted(letter.id for letter in found) == sorted(orders)
        for letter in found:
            its_codes_are_right(store, settings, letter, orders[letter.id])
        assert store.letters.counts() == {LetterState.PRINTED: len(NUMBERS)}
    assert {path.suffix for path in out.iterdir()} == {".zip", ""}  # and the lock


def its_codes_are_right(
    store: DatabaseStore, settings: Settings, letter: SealedLetter, person_id: str
) -> None:
    [_one_sheet] = store.sheets.held(person_id)
    asked = store.sheets.asked(person_id, 1)
    assert asked
    text = text_of(DevelopmentPrinter(settings, system_clock()).pdf(letter))
    codes = re.findall(r"\b\d{6}\b", text)
    now = datetime.now(UTC)
    assert sum(store.sheets.use(person_id, asked, [code], now) for code in codes) == 1
