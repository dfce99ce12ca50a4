"""The headers of every answer, pages and refusals alike."""

import pytest

from tests.builders import HUB
from tests.hub.world import World, ask

PATHS = [
    "/",
    "/login",
    "/help",
    "/robots.txt",
    "/errors",
    "/errors/sp-unknown",
    "/nowhere",
    "/saml/sso",
    "/health/ready",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_protected(world: World, path: str) -> None:
    headers = world.app.test_client().get(path, base_url=HUB).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "form-action 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_names_its_request(world: World, path: str) -> None:
    client = world.app.test_client()
    one, two = (client.get(path, base_url=HUB).headers["X-Request-Id"] for _ in range(2))
    assert one != two and len(one) == 16


def test_the_page_shows_the_request_id_that_the_log_has(world: World) -> None:
    page = ask(world, world.browser())
    assert page.request_id in page.text


def test_a_file_asked_for_without_a_hash_may_be_kept_for_an_hour(world: World) -> None:
    headers = world.app.test_client().get("/static/app.css", base_url=HUB).headers
    assert headers["Cache-Control"] == "public, max-age=3600"


def test_our_logo_may_be_shown_by_others(world: World) -> None:
    headers = world.app.test_client().get("/static/minid.svg", base_url=HUB).headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
