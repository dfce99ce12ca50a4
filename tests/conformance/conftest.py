"""A hub in this process, made once for each test module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.hub.cheap_worlds import cheap_worlds
from tests.hub.world import World, a_world, make_installation


@pytest.fixture(scope="session", autouse=True)
def cheap() -> Iterator[None]:
    with cheap_worlds():
        yield


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("conformance") / "instance"
    make_installation(made)
    return made


@pytest.fixture(scope="module")
def world(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(installation, tmp_path_factory.mktemp("world") / "instance") as made:
        yield made


@pytest.fixture(scope="module")
def published(world: World) -> etree._Element:
    """The hub's own metadata."""
    return etree.fromstring(world.browser().open("/saml/metadata").response.data)
