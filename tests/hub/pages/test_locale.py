"""Which language a reader gets, and how dates look in it."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from hub.web import pages

LOGIN = {
    "nb": "Første gang",
    "nn": "Første gong",
    "se": "vuosttas háve",
    "en": "First time",
}
SUMMER_NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def language_of(client: FlaskClient, address: str, accept: str = "") -> str:
    text = client.get(address, headers={"Accept-Language": accept}).text
    return next(code for code, words in LOGIN.items() if words in text)


def test_bokmal_is_shown_when_nothing_is_known(client: FlaskClient) -> None:
    assert language_of(client, "/login") == "nb"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("nn-NO,nn;q=0.9,en;q=0.8", "nn"),
        ("no-NO,no;q=0.9,en;q=0.8", "nb"),
        ("nno", "nn"),
        ("nob", "nb"),
        ("sme", "se"),
        ("se-NO,nb;q=0.8", "se"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.3, nn;q=0.7", "nn"),
        ("de-DE,de;q=0.9,en;q=0.5", "en"),
        ("en;q=0, nn;q=oops", "nb"),
        ("de", "nb"),
    ],
)
def test_the_browsers_list_is_followed(
    client: FlaskClient, accept: str, expected: str
) -> None:
    assert language_of(client, "/login", accept) == expected


def test_the_readers_choice_beats_the_browsers_list(client: FlaskClient) -> None:
    assert language_of(client, "/login?locale=en", "nn") == "en"


def test_the_readers_choice_is_remembered(client: FlaskClient) -> None:
    client.get("/login?locale=nn")
    assert language_of(client, "/login", "en") == "nn"


def test_a_language_that_we_do_not_have_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/login?locale=xx")
    assert "Set-Cookie" not in answer.headers


def test_a_post_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.post("/login?locale=en").headers


def test_the_cookie_stays_at_home_also_behind_a_proxy_that_ends_tls(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    cookie = client.get("/login?locale=en").headers["Set-Cookie"]
    assert cookie.startswith("__Host-minid_locale=en;")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert flag in cookie


def test_the_agencys_wish_beats_the_browsers_list(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "nb"}):
        pages.force_locale("en")
        assert pages.reader_locale() == "en"


def test_the_readers_own_choice_beats_the_agencys_wish(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "minid_locale=nn"}):
        pages.force_locale("en")
        assert pages.reader_locale() == "nn"


def test_a_wish_for_an_unknown_language_is_no_wish(app: Flask) -> None:
    with app.test_request_context():
        pages.force_locale("xx")
        assert g.agency_locale is None


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("nb", "1. juli 2026"),
        ("nn", "1. juli 2026"),
        ("se", "suoidnemánu 1. b. 2026"),
        ("en", "1 July 2026"),
    ],
)
def test_a_date_is_written_as_its_language_writes_it(
    app: Flask, locale: str, expected: str
) -> None:
    with app.test_request_context(f"/?locale={locale}"):
        assert pages.day(SUMMER_NOON) == expected


def test_times_are_norwegian(app: Flask) -> None:
    with app.test_request_context():
        assert pages.moment(SUMMER_NOON) == "1. juli 2026, 12:00"
