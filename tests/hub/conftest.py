"""The hub of `tests.hub.world`, fresh for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.cheap_worlds import cheap_worlds
from tests.hub.world import World, a_world, make_installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("installation") / "instance"
    make_installation(made)
    return made


@pytest.fixture
def world(installation: Path, tmp_path: Path) -> Iterator[World]:
    with a_world(installation, tmp_path / "instance") as made:
        yield made


@pytest.fixture(scope="session", autouse=True)
def cheap() -> Iterator[None]:
    with cheap_worlds():
        yield
