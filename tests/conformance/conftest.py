"""A hub in this process, made once for each test module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from hub import app
from tests.hub.world import World, a_world, make_installation


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("conformance")
    make_installation(folder / "made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "follow_snapshots", lambda look: None)  # here is no other node
        with a_world(folder / "made", Path(folder / "instance")) as made:
            yield made


@pytest.fixture(scope="module")
def published(world: World) -> etree._Element:
    """The hub's own metadata."""
    return etree.fromstring(world.browser().open("/saml/metadata").response.data)
