"""A whole hub in one process: a real database, published service providers, a few people.

The installation is made once; each test works on a copy of its own.
"""

import base64
import dataclasses
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html
from sqlalchemy import select
from werkzeug.test import TestResponse

from certs.key_store import METADATA, PemKeyStore
from hub.app import create_app
from hub.current import EXTENSION, Outside
from hub.development.synthetic import synthetic_number
from hub.factors.passwords import Passwords
from hub.installation import install
from hub.keys.ring import KeyRing
from hub.person import read_number
from hub.registry.audit import registry_audit
from hub.saml.message_id import new_message_id
from hub.saml.post_binding import PostForm
from hub.seams.store import Store
from hub.settings import Settings
from hub.store import tables
from hub.store.open_store import DatabaseStore, open_store
from metadata import names
from metadata.description import EncryptionKey
from metadata.safe_xml import text_of
from sp_registry import materialise, publishing
from sp_registry.desk import Desk
from sp_registry.onboarding import Mode, Proposal
from sp_registry.service_provider import Policy
from tests.builders import (
    HUB,
    MOMENT,
    REGISTERED,
    SP,
    a_description,
    a_policy,
    a_query,
    an_authn_request,
)
from tests.fakes import FixedClock, Register, SmsOutbox

OPEN = "https://open.example.no"  # need not sign
SEALED = "https://sealed.example.no"  # has an encryption key
KEYLESS = "https://keyless.example.no"  # may sign, but no key of it is registered
SHEET = {number: f"{number:02}4711" for number in range(1, 21)}
PASSWORDS = Passwords()
PASSWORD = "hest batteri stift korrekt"
HASHED = PASSWORDS.hash(PASSWORD)
MOBILE = "+4791234567"


@dataclass(frozen=True)
class Known:
    """A person of these tests; the number is synthetic, and the sheet is everyone's."""

    number: str
    password: str | None = None
    mobile: str | None = None


_CHANCE = Random(4711)
KARI = Known(synthetic_number(_CHANCE), PASSWORD, MOBILE)
OLA = Known(synthetic_number(_CHANCE), PASSWORD)
NILS = Known(synthetic_number(_CHANCE))  # has only the letter
NOBODY = Known(synthetic_number(_CHANCE))  # unknown to the hub
UNSHEETED = Known(synthetic_number(_CHANCE), PASSWORD)  # registered, and without a sheet


def settings_in(instance: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "base_url": HUB,
        "mode": "development",
        "instance": instance,
        "key_kind": "rsa-2048",
        "support_email": "support@minid.test",
    }
    return Settings(**(given | changes))


def make_installation(instance: Path) -> None:
    settings = settings_in(instance)
    install(settings, MOMENT)
    with opened(settings) as store:
        for person in (KARI, OLA, NILS, UNSHEETED):
            settle(store, person)
        register(store, settings, SP, a_policy(on_behalf_of=(("Aukra", "Aukra kommune"),)))
        register(store, settings, OPEN, authn_requests_signed=False)
        register(store, settings, KEYLESS, authn_requests_signed=False, signing_certificates=())
        sealing = (EncryptionKey(REGISTERED.certificate, (names.AES256_GCM,)),)
        register(store, settings, SEALED, encryption_keys=sealing)
        publish(store, settings)


@contextmanager
def opened(settings: Settings) -> Iterator[DatabaseStore]:
    store = open_store(settings.database, KeyRing.load(settings.keys / "ring.json"), node="test")
    try:
        yield store
    finally:
        store.close()


def settle(store: Store, person: Known) -> None:
    known = store.people.create(read_number(person.number), MOMENT)
    if person is not UNSHEETED:
        store.sheets.issue(known.id, SHEET, MOMENT)
    if person.password is not None:
        store.people.set_password(known.id, HASHED, MOMENT)
    store.people.set_mobile(known.id, person.mobile, MOMENT)


def desk(store: DatabaseStore) -> Desk:
    return Desk(store.database, registry_audit(store.ledger), Mode(production=False))


def register(
    store: DatabaseStore,
    settings: Settings,
    entity_id: str,
    policy: Policy | None = None,
    **description: Any,
) -> None:
    proposal = Proposal(
        b"<document/>", a_description(entity_id, **description), policy or a_policy(), ()
    )
    change = desk(store).propose(proposal, "kari", MOMENT)
    desk(store).approve(change.entity_id, "ola", MOMENT)


def publish(store: DatabaseStore, settings: Settings) -> None:
    key = PemKeyStore(settings.keys).newest(METADATA)
    audit = registry_audit(store.ledger)
    publishing.publish(store.database, audit, key, "ola", MOMENT)
    materialise.follow(store.database, settings.snapshots, [key.certificate])


@dataclass
class World:
    """The running hub, with the handles by which a test moves the world around it."""

    app: Flask
    store: DatabaseStore
    clock: FixedClock
    sms: SmsOutbox
    population: Register

    @property
    def outside(self) -> Outside:
        return cast(Outside, self.app.extensions[EXTENSION])

    @property
    def settings(self) -> Settings:
        return self.outside.settings

    def replace(self, **rooms: Any) -> None:
        """Put other things in the place of the world's own."""
        self.app.extensions[EXTENSION] = dataclasses.replace(self.outside, **rooms)

    def replace_store(self, **rooms: Any) -> None:
        self.replace(store=dataclasses.replace(self.store, **rooms))

    def browser(self) -> "Browser":
        return Browser(self.app.test_client())

    def register(self, entity_id: str, policy: Policy | None = None, **description: Any) -> None:
        register(self.store, self.settings, entity_id, policy, **description)
        publish(self.store, self.settings)

    def suspend(self, entity_id: str) -> None:
        desk(self.store).suspend(entity_id, "kari", MOMENT)
        publish(self.store, self.settings)

    def events(self, *wanted: str) -> list[Mapping[str, Any]]:
        """The rows of the audit log, those of these events if any are named."""
        rows = self.store.database.read(
            lambda db: db.execute(select(tables.audit).order_by(tables.audit.c.sequence)).all()
        )
        return [row._asdict() for row in rows if not wanted or row.event in wanted]

    def story(self, request_id: str) -> list[str]:
        """What the trace tells of one request, oldest first."""
        self.store.database.write_waiting()
        rows = self.store.database.read(
            lambda db: db.execute(
                select(tables.trace.c.step, tables.trace.c.detail).where(
                    tables.trace.c.request_id == request_id
                )
            ).all()
        )
        return [f"{row.step}: {row.detail}" for row in rows]


@contextmanager
def a_world(installation: Path, instance: Path, **changes: Any) -> Iterator[World]:
    shutil.copytree(installation, instance)
    app = create_app(settings_in(instance, **changes))
    outside = cast(Outside, app.extensions[EXTENSION])
    store = cast(DatabaseStore, outside.store)
    world = World(app, store, FixedClock(MOMENT), SmsOutbox(), Register())
    world.replace(
        clock=world.clock, sms=world.sms, passwords=PASSWORDS, register=world.population
    )
    try:
        yield world
    finally:
        outside.counters.bring()  # or its timer would go off after the store is closed
        store.close()


# --- the citizen's browser --------------------------------------------------------------


@dataclass
class Page:
    """What the browser shows."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def path(self) -> str:
        return self.response.request.path

    @property
    def dom(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)

    @property
    def request_id(self) -> str:
        return self.response.headers["X-Request-Id"]

    @property
    def code(self) -> str:
        """The public code of an error page."""
        codes = [a.text_content() for a in self.dom.xpath("//dl[@class='facts']//a/code")]
        return str(codes[0]) if codes else ""

    @property
    def errors(self) -> list[str]:
        """What the page says must be put right."""
        found = self.dom.xpath("//div[contains(@class, 'ds-error-summary')]//li")
        return [" ".join(each.text_content().split()) for each in found]

    @property
    def body(self) -> str:
        """The page without its request id, to compare two refusals."""
        return self.text.replace(self.request_id, "…")

    def inputs(self) -> dict[str, str]:
        return {i.get("name"): i.get("value", "") for i in self.dom.xpath("//form//input")}

    @property
    def post(self) -> PostForm:
        """The form that carries our answer to a service provider."""
        (form,) = self.dom.xpath("//form[@id='saml-post']")
        fields = [(i.get("name"), i.get("value")) for i in form.xpath(".//input")]
        return PostForm(form.get("action"), tuple(fields))

    @property
    def is_answer(self) -> bool:
        return self.status == 200 and bool(self.dom.xpath("//form[@id='saml-post']"))

    def answer(self) -> etree._Element:
        """The Response that is on its way to the service provider."""
        return etree.fromstring(base64.b64decode(dict(self.post.fields)["SAMLResponse"]))

    @property
    def attributes(self) -> dict[str, str]:
        """What an answer in clear tells of the person."""
        found = self.answer().iter(f"{{{names.SAML}}}Attribute")
        return {str(one.get("Name")): text_of(one) for one in found}

    @property
    def name_id(self) -> etree._Element:
        (found,) = self.answer().iter(f"{{{names.SAML}}}NameID")
        return found

    @property
    def statuses(self) -> list[str]:
        found = self.answer().iter(f"{{{names.SAMLP}}}StatusCode")
        return [str(one.get("Value")).rpartition(":")[2] for one in found]


@dataclass
class Browser:
    """A citizen's browser: cookies, one page at a time, forms with what they hide."""

    client: FlaskClient
    page: Page = field(init=False)

    def open(self, address: str, follow: bool = True, **given: Any) -> Page:
        response = self.client.get(address, base_url=HUB, follow_redirects=follow, **given)
        return self._shown(response)

    def open_query(self, query: bytes, follow: bool = True) -> Page:
        return self.open(f"/saml/sso?{query.decode()}", follow)

    def post_from_elsewhere(
        self, fields: Sequence[tuple[str, str]], path: str = "/saml/sso", follow: bool = True
    ) -> Page:
        """A form of another site: our Lax cookies do not come along."""
        stranger = self.client.application.test_client()
        response = stranger.post(path, data=dict(fields), base_url=HUB)
        if follow and response.status_code == 303:
            return self.open(response.headers["Location"])
        return self._shown(response)

    def send(self, follow: bool = True, to: str | None = None, **typed: str) -> Page:
        """Fill in the form that is shown, and send it."""
        fields = self.page.inputs() | typed
        response = self.client.post(
            to or self.page.path, data=fields, base_url=HUB, follow_redirects=follow
        )
        return self._shown(response)

    def cookie(self, name: str) -> str | None:
        known = {c.key: c.value for c in self.client._cookies.values()}
        return known.get(f"__Host-minid_{name}")

    def _shown(self, response: TestResponse) -> Page:
        self.page = Page(response)
        return self.page


def asked_pins(page: Page) -> list[str]:
    """The codes that a page asks for, read from everyone's sheet."""
    hidden = page.inputs()
    wanted = [hidden[n] for n in ("pin_number", "pin_1_number", "pin_2_number") if n in hidden]
    return [SHEET[int(number)] for number in wanted]


def log_in(world: World, browser: Browser, person: Known = KARI) -> Page:
    """From the page that asks for number and password to what comes after the login."""
    browser.send(national_id=person.number, password=person.password or PASSWORD)
    if person.mobile:
        return browser.send(otp=world.sms.newest_code)
    return browser.send(pin=asked_pins(browser.page)[0])


def ask(world: World, browser: Browser, follow: bool = True, **request: Any) -> Page:
    """A service provider's request by Redirect, signed and made just now."""
    given: dict[str, Any] = {"issued_at": world.clock.now(), "id": new_message_id()} | request
    relay_state, signed_by = given.pop("relay_state", None), given.pop("signed_by", REGISTERED)
    return browser.open_query(a_query(an_authn_request(**given), relay_state, signed_by), follow)


def logged_in(world: World, person: Known = KARI, **request: Any) -> Browser:
    """A browser in which this person has just logged in to a service."""
    browser = world.browser()
    ask(world, browser, **request)
    assert log_in(world, browser, person).is_answer, browser.page.text
    return browser
