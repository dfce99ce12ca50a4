"""The agencies' pages in a real browser, with an answer from the test's own provider."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Request, Route
from werkzeug.serving import make_server

from demo.app import create_app
from demo.desk import Desk
from demo.hub import Hub
from demo.provider import Provider
from tests.accessibility import has_no_faults_in_light_or_dark
from tests.demo.requests_sent import Sent, ask
from tests.demo.throwaway_idp import ThrowawayIdp

pytestmark = pytest.mark.browser

PATHS = ["/", "/nav/", "/altinn/", "/nowhere/"]


@pytest.fixture
def desk(sps: Mapping[str, Provider], idp: ThrowawayIdp) -> Desk:
    return Desk(sps, Hub(idp.issuer), lambda: datetime.now(UTC))


@pytest.fixture
def agencies_url(desk: Desk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(desk), threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_in_light_or_dark(page: Page, agencies_url: str, path: str) -> None:
    page.goto(f"{agencies_url}{path}")
    has_no_faults_in_light_or_dark(page)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_hangs_out_at_the_side_of_a_small_phone(
    page: Page, agencies_url: str, path: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{agencies_url}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_page_of_a_login_is_accessible_with_its_xml_open(
    page: Page, agencies_url: str, desk: Desk, idp: ThrowawayIdp
) -> None:
    sp = desk.providers["posten"]
    with create_app(desk).test_client() as client:
        sent = ask(client, sp)
    response = idp.login(sent.request_id, sp.entity_id, sent.acs)
    page.goto(agencies_url)
    post(page, f"{agencies_url}/posten/saml/acs", sent, response)
    page.wait_for_url("**/posten/service/sendingar")
    page.get_by_text("Sjå det signerte svaret").click()
    has_no_faults_in_light_or_dark(page)


def test_navs_request_goes_by_itself_to_the_hub(
    page: Page, agencies_url: str, idp: ThrowawayIdp
) -> None:
    sent: list[Request] = []

    def take(route: Route) -> None:
        sent.append(route.request)
        route.fulfill(body="<!doctype html><title>The hub</title>", content_type="text/html")

    page.route(f"{idp.issuer}/saml/sso", take)
    page.goto(f"{agencies_url}/nav/login/pensjon", wait_until="commit")
    page.wait_for_url(f"{idp.issuer}/saml/sso")
    assert sent[0].method == "POST" and "SAMLRequest=" in (sent[0].post_data or "")


def post(page: Page, action: str, sent: Sent, response: str) -> None:
    """Send the answer as the hub's page does, from an address of another site."""
    fields = {"SAMLResponse": response, "RelayState": sent.relay_state}
    inputs = "".join(f'<input name="{name}" value="{fields[name]}">' for name in fields)
    form = f'<form method="post" action="{action}">{inputs}<button>Send</button></form>'
    page.route(
        "http://hub.test/", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    page.goto("http://hub.test/")
    page.get_by_role("button").click()
