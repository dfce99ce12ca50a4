"""Letters over SFTP, against OpenSSH's own server."""

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.errors import OutsideFailed
from hub.letters.batch_file import name_of
from hub.letters.printer_account import PrinterAccount
from hub.letters.printing import Printer, hand_over_all, print_due, receive
from hub.letters.reconciliation import read_report
from hub.outside import print_sftp
from hub.outside.letter_office import PrintRoom
from hub.outside.print_sftp import NAME, SftpPrinter
from hub.person import read_number
from hub.seams.letters import Batch, LetterOrder, LetterState, SealedLetter
from hub.store.breakers import FAILURES
from tests.hub.letters.office import PrintProvider, an_office
from tests.hub.world import NOBODY, World
from tests.needed import missing
from tests.peers.sftp_server import SftpPeer, new_key, sftp_peer, sshd

BATCH = Batch("20261123-b", [SealedLetter("a" * 32, b"sealed")], ["b" * 32])
REPORT = f"letter,state\n{'a' * 32},posted\n"


@pytest.fixture(scope="module")
def server() -> Iterator[SftpPeer]:
    with sftp_peer(sshd() or missing("sshd")) as running:
        yield running


@pytest.fixture
def peer(server: SftpPeer) -> SftpPeer:
    for folder in (server.batches, server.reports):
        for path in folder.iterdir():
            path.unlink()
    return server


@pytest.fixture
def printer(world: World, peer: SftpPeer) -> Callable[..., SftpPrinter]:
    def printer(**changes: Any) -> SftpPrinter:
        return SftpPrinter(account(peer, **changes), world.store.breakers, world.clock)

    return printer


Printers = Callable[..., SftpPrinter]


def account(peer: SftpPeer, **changes: Any) -> PrinterAccount:
    made = PrinterAccount(peer.url, str(peer.key), peer.host_key, str(peer.reports))
    return replace(made, **changes)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_batch_arrives_whole_and_once(peer: SftpPeer, printer: Printers) -> None:
    for _ in range(2):
        printer().hand_over(BATCH)
    assert names(peer.batches) == [name_of(BATCH)]
    with zipfile.ZipFile(peer.batches / name_of(BATCH)) as file:
        assert file.read(f"{'a' * 32}.p7m") == b"sealed"


def test_what_was_half_written_is_cleared_and_written_anew(
    peer: SftpPeer, printer: Printers
) -> None:
    (peer.batches / f".{name_of(BATCH)}.0badcafe.part").write_bytes(b"half")
    (peer.batches / ".letters-other.zip.0badcafe.part").write_bytes(b"another's")
    printer().hand_over(BATCH)
    assert names(peer.batches) == [".letters-other.zip.0badcafe.part", name_of(BATCH)]


def test_of_two_who_hand_over_one_is_first(
    peer: SftpPeer, printer: Printers, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([False, True])
    monkeypatch.setattr(print_sftp, "exists", lambda *_: next(looks))
    (peer.batches / name_of(BATCH)).write_bytes(b"the other's")
    printer().hand_over(BATCH)
    assert names(peer.batches) == [name_of(BATCH)]
    assert (peer.batches / name_of(BATCH)).read_bytes() == b"the other's"


def test_another_server_in_its_place_gets_nothing(
    peer: SftpPeer, printer: Printers, tmp_path: Path
) -> None:
    with pytest.raises(OutsideFailed) as fault:
        printer(host_key=new_key(tmp_path / "other")).hand_over(BATCH)
    assert fault.value.code == "printer-host-key"
    assert not names(peer.batches)


def test_another_key_does_not_open_the_account(
    peer: SftpPeer, printer: Printers, tmp_path: Path
) -> None:
    new_key(tmp_path / "key")
    with pytest.raises(OutsideFailed) as fault:
        printer(key=str(tmp_path / "key")).hand_over(BATCH)
    assert fault.value.code == "printer-account"
    assert peer.user not in fault.value.detail


def test_a_folder_that_is_not_there_is_told(peer: SftpPeer, printer: Printers) -> None:
    with pytest.raises(OutsideFailed) as fault:
        printer(url=peer.url + "/nowhere").hand_over(BATCH)
    assert fault.value.code == "printer-refused"


def test_a_server_that_is_away_is_left_alone_after_a_while(
    world: World, peer: SftpPeer, printer: Printers
) -> None:
    away = printer(url="sftp://minid@127.0.0.1:1/batches")
    codes = []
    for _ in range(FAILURES + 1):
        with pytest.raises(OutsideFailed) as fault:
            away.hand_over(BATCH)
        codes.append(fault.value.code)
    assert codes == ["printer-away"] * FAILURES + ["printer-resting"]
    assert world.store.breakers.open_since()[NAME] is not None


def test_reports_are_fetched_in_order_and_put_aside(
    peer: SftpPeer, printer: Printers
) -> None:
    give(peer, "2.csv", REPORT.replace("posted", "returned"))
    give(peer, "1.csv", REPORT)
    give(peer, "readme.txt", "hello")
    told: list[str] = []
    assert printer().take_reports(told.append) == 2
    assert [text.split(",")[-1].strip() for text in told] == ["posted", "returned"]
    assert names(peer.reports) == ["1.csv.done", "2.csv.done", "readme.txt"]
    assert printer().take_reports(told.append) == 0


def test_a_report_that_cannot_be_read_holds_up_no_other(
    peer: SftpPeer, printer: Printers
) -> None:
    give(peer, "1.csv", "nonsense")
    give(peer, "2.csv", REPORT)
    told: list[object] = []
    printer().take_reports(lambda text: told.append(read_report(text)))
    assert len(told) == 1
    assert names(peer.reports) == ["1.csv.bad", "2.csv.done"]


def test_one_that_was_not_used_to_its_end_comes_again(
    peer: SftpPeer, printer: Printers
) -> None:
    give(peer, "1.csv", REPORT)

    def die(_text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        printer().take_reports(die)
    assert names(peer.reports) == ["1.csv"]


def give(peer: SftpPeer, name: str, text: str) -> None:
    (peer.reports / name).write_text(text)
    if os.geteuid() == 0:
        (peer.reports / name).chmod(0o644)


class Dying:
    """Dies just after the batch has its name, before that is on record."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def hand_over(self, batch: Batch) -> None:
        self._printer.hand_over(batch)
        raise KeyboardInterrupt


def test_a_letter_goes_from_its_order_to_its_report(
    world: World, peer: SftpPeer, printer: Printers, tmp_path: Path
) -> None:
    provider = PrintProvider(tmp_path)
    office = an_office(world.store, provider, world.population, world.clock.now())
    order = ordered(world)
    print_due(office)
    with pytest.raises(KeyboardInterrupt):
        hand_over_all(office, Dying(printer()))
    assert hand_over_all(office, printer()) == 1
    assert [letter for letter, _pdf in provider.letters_in(peer.batches)] == [order.id]
    give(peer, "1.csv", f"letter,state\n{order.id},posted\n")
    settings = replace(
        world.settings, letters_sftp_url=peer.url, letters_sftp_key=str(peer.key),
        letters_sftp_host_key=peer.host_key, letters_sftp_reports=str(peer.reports),
    )  # fmt: skip
    assert not settings.faults()
    room = PrintRoom(settings, world.store, world.population, world.clock)
    assert room.take_reports() == 1
    found = world.store.letters.find(order.id)
    assert found and found.state is LetterState.POSTED
    assert not receive(world.store, order.id, LetterState.POSTED, world.clock.now())


def ordered(world: World) -> LetterOrder:
    person = world.store.people.create(read_number(NOBODY.number), world.clock.now())
    return world.store.letters.order(person.id, "test", world.clock.now())[0]
