"""Nothing personal stands in clear in any file of the database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.seams.people import Credential
from hub.sending.outbox import a_mail, an_sms
from hub.store.migrate import migrate
from hub.store.open_store import DatabaseStore
from hub.store.tables import inbound_message
from tests.hub.store.store_builders import NUMBER, a_person
from tests.needed import missing
from tests.postgres import Postgres, binaries, running_postgres

MOBILE, SMS_CODE, PASSWORD = "+4790190190", "735190", "ein-blå-båt-på-Mjøsa"
PINS = {number: f"{(number * 39119 + 411) % 1_000_000:06d}" for number in range(1, 21)}
RAW = "<AuthnRequest>from Skatteetaten</AuthnRequest>"
TOLD = "Koden din er 735190"
EMAIL = "kari.nordmann@example.no"
APP_SECRET, KEY_NAME = "twenty secret bytes.", "Mobilen til Kari"


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Postgres]:
    """A server of its own: among the digests of other tests any six digits turn up by chance."""
    with running_postgres(binaries() or missing("PostgreSQL")) as server:
        yield server


@pytest.fixture(scope="module")
def migrated_postgres(postgres_server: Postgres) -> str:
    address = postgres_server.new_database()
    migrate(address)
    return address


def use_everything(store: DatabaseStore, now: datetime) -> str:
    """A login with all that is secret in it; gives the session's cookie."""
    person = a_person(store, now)
    store.people.set_mobile(person.id, MOBILE, now)
    store.sheets.issue(person.id, PINS, now)
    asked = store.sheets.asked(person.id, 2)
    assert asked and store.sheets.use(person.id, asked, [PINS[n] for n in asked.numbers], now)
    store.flows.hold("f", "b", "password", f"{NUMBER} {PASSWORD}".encode(), now)
    store.codes.issue("f", "login", person.id, SMS_CODE, now, timedelta(minutes=10))
    store.codes.use("f", "login", person.id, SMS_CODE, now)
    store.inbox.add(MOBILE, TOLD, now)
    store.people.set_email(person.id, EMAIL, now)
    store.methods.add_app(person.id, APP_SECRET.encode(), 1, now)
    credential = Credential(b"id", b"key", 0, True, False, False)
    store.methods.add_passkey(person.id, KEY_NAME, credential, 1, now)
    until = now + timedelta(minutes=10)
    mail = a_mail(EMAIL, "Emne", TOLD, "password-changed", until, person.id)
    store.outbox.put([an_sms(MOBILE, TOLD, "login", until, person.id, once=True), mail], now)
    store.trace.keep_message("r", None, "AuthnRequest", RAW.encode(), now)
    return store.sessions.start(person.id, [], "nn", now)[1]


def files_of(address: str, request: pytest.FixtureRequest) -> list[Path]:
    if address.startswith("postgresql"):
        server: Postgres = request.getfixturevalue("postgres_server")
        return [path for path in (server.folder / "data").rglob("*") if path.is_file()]
    return list(Path(address).parent.glob("hub.db*"))


def test_no_file_shows_what_was_used(
    store: DatabaseStore, address: str, request: pytest.FixtureRequest, now: datetime
) -> None:
    cookie = use_everything(store, now)
    while not store.database.read(lambda db: db.execute(select(inbound_message.c.id)).all()):
        pass
    contents = [path.read_bytes() for path in files_of(address, request)]
    in_clear = a_person(store, now).id.encode()
    assert any(in_clear in content for content in contents)
    of_login = (NUMBER, MOBILE, SMS_CODE, PASSWORD, cookie, *PINS.values(), RAW, TOLD, EMAIL)
    for secret in (*of_login, APP_SECRET, KEY_NAME):
        assert not any(secret.encode() in content for content in contents)
