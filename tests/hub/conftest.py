"""The hub of `tests.hub.world`, fresh for each test."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from hub import app
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
def no_followers() -> Iterator[None]:
    """Hubs without the thread that looks for what other nodes publish: here is only one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "follow_snapshots", lambda look: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def keys_read_once() -> Iterator[None]:
    """Reading an RSA key costs more than a login, and each test opens the same few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            serialization, "load_pem_private_key", cache(serialization.load_pem_private_key)
        )
        yield
