"""The running demo's hub for all service providers of a worker, and the service providers."""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.installation import Installation, own_folder
from tests.interop.peers import hub_metadata
from tests.interop.peers.apache_mellon import APACHE_MODULES, Mellon, running_mellon
from tests.interop.peers.hub_metadata import HubMetadata
from tests.interop.peers.node_saml import running_node_saml
from tests.interop.peers.python3_saml import running_python3_saml
from tests.interop.peers.two_providers import TwoProviders
from tests.interop.visitor import Visitor
from tests.needed import missing, program
from tests.the_demo import the_demo
from tools.test_setup import NODE_PACKAGES

ADMINISTRATORS = "/usr/sbin"  # where Debian keeps apache2, and not on everybody's path


@pytest.fixture(scope="session")
def hub(pytestconfig: pytest.Config) -> Installation:
    return the_demo(pytestconfig)


@pytest.fixture(scope="session")
def known_hub(hub: Installation) -> HubMetadata:
    """The hub's metadata; the certificate to check it with was handed over, not fetched."""
    [certificate] = hub.settings.keys.glob("metadata-*.crt.pem")
    return hub_metadata.fetched(hub.settings, certificate)


@pytest.fixture(scope="session")
def mellon(hub: Installation, known_hub: HubMetadata) -> Iterator[Mellon]:
    with (
        open_folder() as folder,
        running_mellon(apache(), folder, known_hub) as running,
    ):
        hub.minid("sp", "add", *map(str, running.metadata_files()), "--approve")
        yield running


@pytest.fixture(scope="session")
def node_saml(hub: Installation, known_hub: HubMetadata) -> Iterator[TwoProviders]:
    node, packages = program("node"), NODE_PACKAGES / "node_modules"
    if not packages.exists():
        missing("node-saml")
    with (
        own_folder() as folder,
        running_node_saml(node, packages, folder, known_hub) as running,
    ):
        hub.minid("sp", "add", *map(str, running.metadata_files()), "--approve")
        yield running


@pytest.fixture(scope="session")
def python3_saml(hub: Installation, known_hub: HubMetadata) -> Iterator[TwoProviders]:
    with own_folder() as folder, running_python3_saml(folder, known_hub) as running:
        hub.minid("sp", "add", *map(str, running.metadata_files()), "--approve")
        yield running


def apache() -> str:
    path = os.environ.get("PATH", os.defpath) + os.pathsep + ADMINISTRATORS
    found = shutil.which("apache2", path=path)
    if found is None:
        missing("apache2-bin")
    if not (APACHE_MODULES / "mod_auth_mellon.so").exists():
        missing("libapache2-mod-auth-mellon")
    return found


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that a program may read which serves as somebody else than root."""
    with own_folder() as folder:
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "nn-NO"}


@pytest.fixture
def visitor(page: Page, hub: Installation) -> Visitor:
    return Visitor(page, hub)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    known = getattr(item, "funcargs", {})
    for name in ("hub", "mellon", "node_saml"):
        if report.failed and name in known:
            report.sections.append((f"The last words of {name}", known[name].log()[-4000:]))
    return report
