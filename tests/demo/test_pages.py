"""The pages that need no login."""

import pytest
from flask.testing import FlaskClient

from demo.agencies import AGENCIES, Agency
from tests.demo.requests_sent import BASE_URL


def test_the_front_page_lists_the_seven(browser_at: FlaskClient) -> None:
    page = browser_at.get("/", base_url=BASE_URL).text
    for agency in AGENCIES:
        assert f'<a href="/{agency.name}/">{agency.title}</a>' in page


@pytest.mark.parametrize("agency", AGENCIES, ids=lambda agency: agency.name)
def test_each_start_page_has_its_services_and_says_demo(
    agency: Agency, browser_at: FlaskClient
) -> None:
    page = browser_at.get(f"/{agency.name}/", base_url=BASE_URL).text
    assert "<strong>Demo</strong>" in page
    for service in agency.services:
        assert f'href="/{agency.name}/login/{service.key}">{service.title}</a>' in page


def test_a_page_of_a_service_sends_the_one_who_is_not_logged_in_to_the_start(
    browser_at: FlaskClient,
) -> None:
    page = browser_at.get("/nav/service/pensjon", base_url=BASE_URL)
    assert page.status_code == 303 and page.headers["Location"] == "/nav/"


@pytest.mark.parametrize("path", ["/ukjend/", "/nav/login/ukjend", "/nav/service/ukjend"])
def test_what_is_not_there_is_said_politely(path: str, browser_at: FlaskClient) -> None:
    page = browser_at.get(path, base_url=BASE_URL)
    assert page.status_code == 404
    assert "Denne sida finst ikkje her" in page.text


@pytest.mark.parametrize("path", ["/", "/nav/", "/static/demo.css"])
def test_every_answer_has_the_strict_policy(path: str, browser_at: FlaskClient) -> None:
    headers = browser_at.get(path, base_url=BASE_URL).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_is_kept_by_a_cache(browser_at: FlaskClient) -> None:
    assert browser_at.get("/nav/", base_url=BASE_URL).headers["Cache-Control"] == "no-store"
