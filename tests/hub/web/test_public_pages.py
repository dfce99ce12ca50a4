"""Pages for everybody, and the addresses that machines look for."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from hub.current import EXTENSION
from hub.settings import BadSettings, Settings
from tests.builders import HUB
from tests.hub.world import World

OWN_WORDS = {
    "/help": {"nb": "Har kodene", "nn": "Er kodane", "se": "kodat láhppon", "en": "codes lost"},
    "/about": {"nb": "Slik virker", "nn": "Slik verkar", "se": "doaibmá", "en": "How it works"},
    "/privacy": {"nb": "lagrer", "nn": "lagrar", "se": "vurket", "en": "What we keep"},
    "/accessibility": {"nb": "skal kunne", "nn": "Slik er dei", "se": "sáhttit", "en": "Everyone"},
}


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return world.app.test_client()


@pytest.mark.parametrize("path", OWN_WORDS)
@pytest.mark.parametrize("locale", ["nb", "nn", "se", "en"])
def test_a_page_speaks_every_language(visitor: FlaskClient, path: str, locale: str) -> None:
    answer = visitor.get(f"{path}?locale={locale}", base_url=HUB)
    assert answer.status_code == 200
    assert f'<html lang="{locale}"' in answer.text
    assert OWN_WORDS[path][locale] in answer.text


@pytest.mark.parametrize("path", ["/", *OWN_WORDS])
def test_search_engines_are_welcome_to_what_is_public(visitor: FlaskClient, path: str) -> None:
    assert "noindex" not in visitor.get(path, base_url=HUB).text


@pytest.mark.parametrize("path", ["/errors", "/nowhere"])
def test_and_to_nothing_else(visitor: FlaskClient, path: str) -> None:
    assert "noindex" in visitor.get(path, base_url=HUB).text


def test_every_page_leads_to_them(visitor: FlaskClient) -> None:
    page = visitor.get("/nowhere", base_url=HUB).text
    assert all(f'href="{path}"' in page for path in OWN_WORDS)


def test_no_public_page_sets_a_cookie(visitor: FlaskClient) -> None:
    for path in OWN_WORDS:
        assert "Set-Cookie" not in visitor.get(path, base_url=HUB).headers


def test_pages_without_secrets_are_compressed_and_others_are_not(visitor: FlaskClient) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    for path in (*OWN_WORDS, "/errors"):
        headers = visitor.get(path, base_url=HUB, headers=gzip).headers
        assert headers["Content-Encoding"] == "gzip"
    login = visitor.get("/login", base_url=HUB, headers=gzip, follow_redirects=True)
    assert "Content-Encoding" not in login.headers


def test_password_managers_are_led_to_the_persons_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/.well-known/change-password", base_url=HUB)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")


def test_robots_are_kept_from_logins(visitor: FlaskClient) -> None:
    answer = visitor.get("/robots.txt", base_url=HUB)
    assert answer.mimetype == "text/plain"
    assert "Disallow: /saml/" in answer.text.splitlines()


def test_nobody_is_named_for_weaknesses_where_nobody_is_set(visitor: FlaskClient) -> None:
    assert visitor.get("/.well-known/security.txt", base_url=HUB).status_code == 404


def test_weaknesses_are_told_to_whom_the_settings_name(world: World) -> None:
    outside = world.app.extensions[EXTENSION]
    named = replace(
        outside.settings,
        security_contact="mailto:security@minid.example",
        security_expires="2027-06-30",
    )
    world.app.extensions[EXTENSION] = replace(outside, settings=named)
    answer = world.app.test_client().get("/.well-known/security.txt", base_url=HUB)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Contact: mailto:security@minid.example" in answer.text
    assert "Expires: 2027-06-30T00:00:00Z" in answer.text


def test_a_contact_needs_an_address_and_a_day() -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environ(
            {"MINID_BASE_URL": "https://hub.example", "MINID_SECURITY_CONTACT": "somebody"}
        )
    assert len(refused.value.faults) == 2
