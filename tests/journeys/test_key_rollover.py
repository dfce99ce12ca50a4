"""The hub changes its signing key while the agencies run, and nobody notices."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest
from lxml import etree
from playwright.sync_api import Request

from certs.certificate import Certificate
from hub.development.synthetic import Standing
from metadata import names
from tests.installation import LOOK_EVERY, PATIENCE, Installation, running_demo
from tests.journeys.citizen import Citizen
from tests.journeys.test_agencies import SERVICES

AGENCIES_ASK_AGAIN_AFTER = 5  # seconds; the demo agencies fetch metadata no more often
CERTIFICATE = f"{{{names.DS}}}X509Certificate"


@pytest.fixture(scope="module")
def demo() -> Iterator[Installation]:
    """A demo of its own: other journeys need not meet its keys."""
    with running_demo() as installation:
        yield installation


class Administrator:
    def __init__(self, demo: Installation) -> None:
        self.demo = demo

    def keys(self, *arguments: str) -> str:
        return self.demo.minid("keys", *arguments)

    def in_state(self, state: str) -> str:
        (found,) = re.findall(rf"^([0-9a-f]+)\t{state}\t", self.keys("list"), re.MULTILINE)
        return str(found)

    def entity_id(self, agency: str) -> str:
        return f"{self.demo.agencies}/{agency}/saml/metadata"

    def sees_in_metadata(self, *beginnings: str) -> None:
        """Every worker knows of a change within a second or so."""
        until(lambda: self.published() == list(beginnings))

    def published(self) -> list[str]:
        with urlopen(f"{self.demo.hub}/saml/metadata") as answer:
            root = etree.fromstring(answer.read())
        role = f"{{{names.MD}}}IDPSSODescriptor//{CERTIFICATE}"
        return [beginning(one) for one in root.iterfind(role)]


class Watched:
    """Which key signed what the browser brought to each agency."""

    def __init__(self, citizen: Citizen) -> None:
        self.signed_with: list[str] = []
        citizen.page.on("request", self.look)

    def look(self, request: Request) -> None:
        fields = parse_qs(request.post_data or "")
        if request.method == "POST" and "SAMLResponse" in fields:
            root = etree.fromstring(base64.b64decode(fields["SAMLResponse"][0]))
            signature = root.find(f"{{{names.DS}}}Signature//{CERTIFICATE}")
            assert signature is not None
            self.signed_with.append(beginning(signature))

    @property
    def latest(self) -> str:
        return self.signed_with[-1]


def beginning(element: etree._Element) -> str:
    return Certificate.from_base64(str(element.text)).fingerprint[:16]


def until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    give_up_at = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(LOOK_EVERY)


def test_a_change_of_keys_fails_no_login(citizen: Citizen, demo: Installation) -> None:
    administrator, watched = Administrator(demo), Watched(citizen)
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.logs_in_by_sms(person)
    citizen.is_in("skatteetaten", "skattekort")
    first = administrator.in_state("active")
    assert watched.latest == first
    fetched_by = time.monotonic()

    administrator.keys("new")
    second = administrator.in_state("next")
    administrator.sees_in_metadata(first, second)
    posten = administrator.entity_id("posten")
    administrator.keys("pin", posten, second)
    until(lambda: second in administrator.keys("board"))
    until(lambda: time.monotonic() > fetched_by + AGENCIES_ASK_AGAIN_AFTER)
    citizen.goes_to("posten", "adresseendring")
    citizen.is_in("posten", "adresseendring")
    assert watched.latest == second
    citizen.goes_to("kommune", "byggjesak")
    citizen.is_in("kommune", "byggjesak")
    assert watched.latest == first

    administrator.keys("rotate", "--window", "0")
    administrator.sees_in_metadata(second, first)
    for agency, service in SERVICES:
        citizen.goes_to(agency, service)
        citizen.is_in(agency, service)
        assert watched.latest == second

    administrator.keys("retire", first)
    administrator.sees_in_metadata(second)
    for agency, service in SERVICES:
        citizen.goes_to(agency, service)
        citizen.is_in(agency, service)
