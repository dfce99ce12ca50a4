"""A long run of letters, from their orders to batches in a folder: `python -m bench.letters`.

Everything is real: the store on a SQLite file, codes, typst, the envelope, the ZIP files.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from certs.make_key import KeyKind, make_key
from hub.app import print_folder, system_clock
from hub.development.synthetic import synthetic_number
from hub.keys.ring import KeyRing
from hub.letters.printing import Office, hand_over_all, print_due
from hub.letters.sealing import read_certificate
from hub.outside.synthetic_register import SyntheticRegister
from hub.outside.typesetter import TypstTypesetter
from hub.person import read_number
from hub.progress import Progress
from hub.registers import register_file
from hub.settings import Settings
from hub.store.migrate import migrate
from hub.store.open_store import DatabaseStore, open_store

AT_ONCE = 200  # orders in one transaction


def main() -> None:
    known = argparse.ArgumentParser(prog="python -m bench.letters", description=__doc__)
    known.add_argument("--letters", type=int, default=10_000)
    many: int = known.parse_args().letters
    with tempfile.TemporaryDirectory(prefix="minid-bench-") as name:
        run(Path(name), many)


def run(folder: Path, many: int) -> None:
    now = datetime.now(UTC)
    database = str(folder / "minid.sqlite")
    migrate(database)
    store = open_store(database, KeyRing.make(folder / "ring.json"), node="bench")
    office = an_office(folder, store, now)
    order_letters(folder, store, many, now)
    before = resident()
    bar = Progress("rendered", many)
    wall, cpu = measured(lambda: print_due(office, lambda _state: bar.step()))
    bar.end()
    told("rendered, sealed and stored", many, wall, cpu)
    wall, cpu = measured(lambda: hand_over_all(office, print_folder(folder / "out")))
    told("handed over", many, wall, cpu)
    written = sum(path.stat().st_size for path in (folder / "out").glob("*.zip"))
    print(f"memory {before:.0f} MB before, {resident():.0f} MB at most; "
          f"{written / many / 1000:.1f} kB a letter")
    store.close()


def an_office(folder: Path, store: DatabaseStore, now: datetime) -> Office:
    make_key(folder, "printer", KeyKind.RSA_3072, "bench", now, 1)
    certificate = read_certificate((folder / "printer-1.crt.pem").read_bytes(), now)
    settings = Settings(base_url="http://localhost:8080", mode="development", instance=folder)
    register = SyntheticRegister(settings, system_clock())
    contacts = ("800 00 000", "support@minid.test")
    return Office(store, register, TypstTypesetter(), certificate, system_clock(), contacts)


def order_letters(folder: Path, store: DatabaseStore, many: int, now: datetime) -> None:
    chance, numbers = Random(20), set[str]()
    while len(numbers) < many:
        numbers.add(synthetic_number(chance))
    in_order = sorted(numbers)
    known = dict.fromkeys(in_order, "Tolmodig Åkerhøne")
    register_file.build(folder / "demo" / "register.sqlite", now.year, known)

    def order(some: list[str]) -> None:
        for digits in some:
            person = store.people.create(read_number(digits), now)
            store.letters.order(person.id, "bench", now)

    for first in range(0, many, AT_ONCE):
        some = in_order[first : first + AT_ONCE]
        store.together(partial(order, some))


def measured(job: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return time.perf_counter() - wall, time.process_time() - cpu


def told(what: str, many: int, wall: float, cpu: float) -> None:
    print(f"{many} letters {what}: {many / wall:.0f}/s, {many / cpu:.0f} per second of processor")


def resident() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
