"""The hub and the agencies over TLS, each under a registrable domain of its own.

Here cookies are as they are in earnest: `__Host-`, Secure, and SameSite between real sites.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from hub.development.synthetic import Standing
from metadata import names
from tests.installation import Installation, free_port, running_hub
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import LittleAgency, made_of_it, served
from tests.peers.tls import identity

HUB, AGENCIES = "minid.test", ("agency.example", "etat.example")
HERE = "--host-resolver-rules=MAP *.test 127.0.0.1, MAP *.example 127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for all three hosts, in one file."""
    return identity(tmp_path_factory.mktemp("tls") / "both.pem", "127.0.0.1", HUB, *AGENCIES)


@pytest.fixture(scope="module")
def demo(certificate: Path) -> Iterator[Installation]:
    """In the place of the demo: the hub behind TLS."""
    port = free_port()
    tls = f"--certfile {certificate} --keyfile {certificate}"
    with running_hub(f"https://{HUB}:{port}", port, tls) as installation:
        yield installation


@pytest.fixture(scope="module")
def agencies(
    demo: Installation, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[LittleAgency]]:
    port_of_hub = demo.hub.rpartition(":")[2]
    from_here = f"https://127.0.0.1:{port_of_hub}/saml/metadata"
    known = requests.get(from_here, verify=str(certificate), timeout=60).content
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with ExitStack() as running:
        made = []
        for host in AGENCIES:
            port, folder = free_port(), tmp_path_factory.mktemp(host)
            agency = LittleAgency(f"https://{host}:{port}", folder)
            agency.trust(known)
            (folder / "metadata.xml").write_bytes(agency.metadata)
            demo.minid("sp", "add", str(folder / "metadata.xml"), "--approve")
            made.append(running.enter_context(served(agency, port, tls)))
        yield made


@pytest.fixture(scope="module")
def tls_browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    browser = launch_browser(args=[*browser_type_launch_args["args"], HERE])
    yield browser
    browser.close()


@pytest.fixture
def context(
    tls_browser: Browser, visited: list[str], policy_breaches: list[str]
) -> Iterator[BrowserContext]:
    """A new browser, watched as those of the other journeys are."""
    context = tls_browser.new_context(locale="nn-NO", ignore_https_errors=True)
    context.on("request", lambda request: visited.append(request.url))

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            policy_breaches.append(message.text)

    context.on("console", note)
    yield context
    context.close()


@pytest.fixture
def citizen(context: BrowserContext, demo: Installation) -> Citizen:
    return Citizen(context.new_page(), demo)


def test_one_login_opens_both_agencies(
    citizen: Citizen, demo: Installation, agencies: list[LittleAgency]
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{agencies[0].base_url}/start")
    citizen.logs_in_by_sms(person)
    first = made_of_it(citizen)
    assert first["attributes"]["uid"] == [person.national_id], first["reason"]
    citizen.page.goto(f"{agencies[1].base_url}/start")
    second = made_of_it(citizen)
    assert second["attributes"]["uid"] == [person.national_id], second["reason"]


def test_cancel_leads_back_to_the_agency(
    citizen: Citizen, agencies: list[LittleAgency]
) -> None:
    citizen.page.goto(f"{agencies[0].base_url}/start")
    citizen.presses("cancel")
    assert made_of_it(citizen)["statuses"] == [names.RESPONDER, names.AUTHN_FAILED]


def test_a_request_that_comes_by_post_sets_no_cookie_and_is_taken_up(
    citizen: Citizen, demo: Installation, agencies: list[LittleAgency]
) -> None:
    with citizen.page.expect_response(f"{demo.hub}/saml/sso") as answered:
        citizen.page.goto(f"{agencies[0].base_url}/start-by-post")
        citizen.presses("continue")
    assert "set-cookie" not in answered.value.all_headers()
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    assert made_of_it(citizen)["logged_in"]


def test_every_cookie_of_the_hub_is_bound_to_its_host_and_to_tls(
    citizen: Citizen, demo: Installation, agencies: list[LittleAgency]
) -> None:
    citizen.page.goto(f"{agencies[0].base_url}/start")
    citizen.page.get_by_role("link", name="Nynorsk").click()
    citizen.page.wait_for_url("**?locale=nn")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    made_of_it(citizen)
    cookies = citizen.page.context.cookies(demo.hub)
    assert len(cookies) >= 4  # browser, session, device, language
    for cookie in cookies:
        assert cookie["name"].startswith("__Host-"), cookie["name"]
        assert cookie["secure"] and cookie["httpOnly"]
        assert (cookie["sameSite"], cookie["path"], cookie["domain"]) == ("Lax", "/", HUB)


def test_logging_out_takes_the_cookie_away(citizen: Citizen, demo: Installation) -> None:
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.page.wait_for_url(f"{demo.hub}/me")
    citizen.presses("logout")
    citizen.sees("Du er logga ut av MinID")
    left = {cookie["name"] for cookie in citizen.page.context.cookies(demo.hub)}
    assert "__Host-minid_session" not in left


def test_browsers_are_told_to_come_by_tls_alone(citizen: Citizen, demo: Installation) -> None:
    answer = citizen.page.goto(f"{demo.hub}/")
    assert answer is not None
    assert "max-age" in answer.headers["strict-transport-security"]
