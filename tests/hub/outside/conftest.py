"""The registers over HTTP, with a key that they know us by."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from certs.make_key import KeyKind, make_key
from certs.signing_key import PemSigningKey
from hub.outside.maskinporten import Maskinporten
from hub.registers import register_file
from hub.registers.register_file import RegisterFile
from hub.registers.server import RunningRegister, start
from hub.registers.token_office import TokenOffice
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.outside.register_peer import tokens_for
from tests.hub.world import KARI


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "register.sqlite"
    register_file.build(path, MOMENT.year, {KARI.number: "Kari Nordmann"})
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PemSigningKey:
    folder = tmp_path_factory.mktemp("enterprise")
    make_key(folder, "enterprise", KeyKind.RSA_2048, "MinID", MOMENT, 1)
    return PemSigningKey.from_pem(
        (folder / "enterprise-1.key.pem").read_bytes(),
        (folder / "enterprise-1.crt.pem").read_bytes(),
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MOMENT)


@pytest.fixture
def file(built: Path, tmp_path: Path) -> RegisterFile:
    (tmp_path / "register.sqlite").write_bytes(built.read_bytes())
    return RegisterFile(tmp_path / "register.sqlite")


@pytest.fixture
def server(
    file: RegisterFile, key: PemSigningKey, clock: FixedClock
) -> Iterator[RunningRegister]:
    running = start(file, {"minid": key.certificate}, clock, look_every=0.02)
    yield running
    running.stop()


@pytest.fixture
def office(server: RunningRegister) -> TokenOffice:
    return server.office


@pytest.fixture
def tokens(server: RunningRegister, key: PemSigningKey, clock: FixedClock) -> Maskinporten:
    return tokens_for(server.address, key, clock)
