"""Every request in `tests/vectors/requests/` is answered as its sidecar says.

And every message in `tests/vectors/signature/`, when it comes by POST to the running hub.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import HUB
from tests.hub.world import Page, World, a_world

ROOT = Path(__file__).parent.parent.parent
VECTORS = ROOT / "tests" / "vectors"
REQUESTS = VECTORS / "requests"
EXPECTED = json.loads((REQUESTS / "expected.json").read_text(encoding="utf-8"))
SIGNATURES = json.loads((VECTORS / "signature" / "expected.json").read_text(encoding="utf-8"))
FORM = "application/x-www-form-urlencoded"
BY_POST = sorted(name for name in SIGNATURES if name.endswith(".xml"))


@pytest.fixture(scope="module")
def world(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One hub for all: each vector has an ID of its own, and what is refused leaves no trace."""
    with a_world(installation, tmp_path_factory.mktemp("vectors") / "instance") as made:
        yield made


def sent(world: World, file: Path) -> Page:
    client = world.app.test_client()
    if file.suffix == ".query":
        return Page(client.get(f"/saml/sso?{file.read_text('ascii')}", base_url=HUB))
    body = file.read_bytes()
    return Page(client.post("/saml/sso", data=body, base_url=HUB, content_type=FORM))


def verdict(world: World, page: Page) -> str:
    """What the trace says of a message: accepted, or the exact code of its refusal."""
    for line in world.story(page.request_id):
        step, _, detail = line.partition(": ")
        if step == "accepted":
            return step
        if step == "refused":
            return detail.partition(":")[0]
    return "nothing"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_hub_answers_the_request_as_expected(world: World, name: str) -> None:
    page = sent(world, REQUESTS / name)
    wanted = EXPECTED[name]["expected"]
    assert verdict(world, page) == wanted, EXPECTED[name]["about"]
    if wanted != "accepted":
        assert (page.status, page.code) == (400, "request-refused")


@pytest.mark.parametrize("name", BY_POST)
def test_the_hub_answers_the_signed_message_as_its_verifier_does(world: World, name: str) -> None:
    message = base64.b64encode((VECTORS / "signature" / name).read_bytes())
    client = world.app.test_client()
    page = Page(client.post("/saml/sso", data={"SAMLRequest": message}, base_url=HUB))
    assert verdict(world, page) == SIGNATURES[name]["expected"], SIGNATURES[name]["about"]


def test_every_file_has_its_expected_answer() -> None:
    on_disk = {path.name for path in REQUESTS.iterdir()} - {"expected.json"}
    assert on_disk == set(EXPECTED)


def test_they_are_rebuilt_without_a_difference(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "make_request_vectors.py"
    subprocess.run([sys.executable, tool, "--to", tmp_path], check=True)
    rebuilt = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert rebuilt == {path.name: path.read_bytes() for path in REQUESTS.iterdir()}
