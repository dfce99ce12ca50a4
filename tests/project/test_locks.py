"""The locks fit setup.cfg and each other, and what they name works together."""

import configparser
import json
import re
from pathlib import Path

import lxml.etree
import pytest
import xmlsec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.M)


def pins(lock: str) -> dict[str, str]:
    found = PIN.findall((ROOT / lock).read_text())
    return {canonicalize_name(name): version for name, version in found}


def wanted(*extras: str) -> list[Requirement]:
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["install_requires"].splitlines()
    for extra in extras:
        lines += setup["options.extras_require"][extra].splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ["demo"]), ("requirements-test.lock", ["demo", "test"])],
)
def test_a_lock_pins_what_setup_asks_for(lock: str, extras: list[str]) -> None:
    pinned = pins(lock)
    for requirement in wanted(*extras):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


def test_every_requirement_is_bounded_above() -> None:
    loose = [r.name for r in wanted("demo", "test")
             if not any(s.operator in ("<", "==") for s in r.specifier)]
    assert loose == []


def test_the_test_lock_holds_the_demo_lock() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()


@pytest.mark.parametrize("heavy", ["playwright", "typst", "mypy", "hypothesis"])
def test_the_demo_installs_no_tools_of_ours(heavy: str) -> None:
    assert heavy not in pins("requirements.lock")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_checks_every_package_by_its_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    unchecked = re.findall(r"^(\S+==\S++)(?! \\\n    --hash=sha256:)", text, re.M)
    assert unchecked == []


def test_lxml_and_xmlsec_share_one_libxml2() -> None:
    assert xmlsec.get_libxml_version() == lxml.etree.LIBXML_VERSION


def test_npms_lock_holds_hashes_and_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    fetched = [entry for name, entry in lock["packages"].items() if name]
    assert all("integrity" in entry and "resolved" not in entry for entry in fetched)
