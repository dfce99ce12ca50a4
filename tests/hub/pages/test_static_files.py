"""Static files: an address for each content, kept for a year, compressed where it helps."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.web.static_files import read_all, version_of
from tests.hub.pages.sample_pages import PAGES, ROOT

MOST = 100_000  # bytes of a first visit: the page, and all that it fetches
SAMI_FONT = "inter-sami.woff2"
# Forms that bring back all that was pasted there: nobody's first visit.
LATER = ("registry-new-faults", "registry-new-mended", "registry-new-sent-back")


def address(app: Flask, name: str) -> str:
    return str(app.jinja_env.globals["static"](name))


def fetched(app: Flask, page: str) -> list[str]:
    """What the page makes a browser fetch: the addresses in its head, and no links of its body."""
    head = page.partition("</head>")[0]
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', head)


def weight(client: FlaskClient, path: str) -> int:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    return len(answer.data)


@pytest.mark.parametrize("locale", ["nb", "se"])
@pytest.mark.parametrize("name", [name for name in PAGES if name not in LATER])
def test_a_first_visit_is_light(app: Flask, client: FlaskClient, name: str, locale: str) -> None:
    path = f"/{name}?locale={locale}"
    files = {*fetched(app, client.get(path).text), address(app, SAMI_FONT)}
    assert weight(client, path) + sum(weight(client, file) for file in files) < MOST


def test_a_file_may_be_kept_for_a_year(app: Flask, client: FlaskClient) -> None:
    headers = client.get(address(app, "app.css")).headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"] == "text/css; charset=utf-8"


def test_the_address_of_another_release_gives_this_ones_file_to_be_kept_by_nobody(
    client: FlaskClient,
) -> None:
    answer = client.get("/static/0123456789/app.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_text_is_compressed_for_those_who_take_it(app: Flask, client: FlaskClient) -> None:
    packed = client.get(address(app, "app.css"), headers={"Accept-Encoding": "br, gzip"})
    plain = client.get(address(app, "app.css"), headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_font_is_sent_as_it_is(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, SAMI_FONT), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"] == "font/woff2"
    assert answer.data == (ROOT / "static" / SAMI_FONT).read_bytes()


def test_the_version_changes_with_a_name_or_a_letter(tmp_path: Path) -> None:
    seen = set()
    for name, text in (("a.css", "a{}"), ("b.css", "a{}"), ("b.css", "b{}")):
        for old in tmp_path.iterdir():
            old.unlink()
        (tmp_path / name).write_text(text)
        seen.add(version_of(read_all(tmp_path)))
    assert len(seen) == 3


@pytest.mark.parametrize("name", ["nothing.css", "vendor/.stamp", "../setup.cfg"])
def test_nothing_else_is_served(app: Flask, client: FlaskClient, name: str) -> None:
    assert client.get(address(app, name)).status_code == 404
