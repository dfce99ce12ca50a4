"""What brings out each error that no message on disk brings out: one deed for each code."""

import dataclasses
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certs.certificate import Certificate
from hub import attempts
from hub.errors import OutsideFailed
from hub.outside.no_gateway import NoGateway
from hub.person import read_number
from hub.population import PersonStatus, RegisteredPerson
from metadata import names
from metadata.description import EncryptionKey
from sp_registry.encode import Unreadable
from sp_registry.errors import SnapshotDamaged
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import NOTHING_STAGED
from sp_registry.staging import StagedProvider
from tests.builders import (
    HUB,
    MOMENT,
    REGISTERED,
    SP,
    a_form,
    a_query,
    a_service_provider,
    an_authn_request,
    an_encryption_key,
    enveloped,
    parsed,
)
from tests.fakes import BrokenLedger, Meddling
from tests.hub.logout_messages import (
    ASKER,
    OTHER,
    a_logout_request,
    a_logout_response,
    slo_address,
    slo_form,
    visited,
)
from tests.hub.world import (
    KARI,
    NILS,
    PASSWORD,
    UNSHEETED,
    Browser,
    Page,
    World,
    ask,
    asked_pins,
    log_in,
    logged_in,
)

Deed = Callable[[World], Page]
BODY = f'<s:Envelope xmlns:s="{names.SOAP}">%s<s:Body>%s</s:Body></s:Envelope>'
SECRET = "a secret of forty characters, all of them"
FORMAT_OF_MAIL = f'<samlp:NameIDPolicy Format="{names.EMAIL_NAME_ID}"/>'
OF_SOMEBODY_ELSE = "<saml:Subject><saml:NameID>_nobody</saml:NameID></saml:Subject>"
OTHER_PROVIDERS = (
    '<samlp:Scoping><samlp:IDPList><samlp:IDPEntry ProviderID="https://other.example"/>'
    "</samlp:IDPList></samlp:Scoping>"
)
HEADER = f'<s:Header><x s:mustUnderstand="1" xmlns:s="{names.SOAP}"/></s:Header>'
FAULT = f'<s:Fault xmlns:s="{names.SOAP}"/>'
MANY_INDEXES = "<saml:NameID>_a</saml:NameID>" + "<samlp:SessionIndex>_i</samlp:SessionIndex>" * 999


def failing(fault: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise fault

    return fail


def posted(world: World, path: str, body: bytes | str, kind: str = "text/xml") -> Page:
    client = world.app.test_client()
    return Page(client.post(path, data=body, base_url=HUB, content_type=kind))


# --- messages that are too large for a file, or need something to have happened -------------


def too_large(world: World) -> Page:
    padded = an_authn_request(ProviderName="a" * 262_144)
    return world.browser().post_from_elsewhere(a_form(padded, signed_by=None))


def too_many_parts(world: World) -> Page:
    xml = an_authn_request(content="<a/>" * 4_000)
    return world.browser().post_from_elsewhere(a_form(xml, signed_by=None))


def repeated(world: World) -> Page:
    query = a_query(an_authn_request())
    world.browser().open_query(query)
    return world.browser().open_query(query)


def suspended(world: World) -> Page:
    world.suspend(SP)
    return ask(world, world.browser())


def begun_here(world: World) -> Page:
    return world.browser().open(f"/saml/init?sp={SP}")


# --- after acceptance -------------------------------------------------------------------


def asking(content: str = "", **request: Any) -> Deed:
    return lambda world: ask(world, logged_in(world), content=content, **request)


def sealing_with(key: EncryptionKey) -> Deed:
    """An answer to a service whose metadata has this key since it was approved."""

    def deed(world: World) -> Page:
        world.replace(snapshots=OneProvider(a_service_provider(encryption_keys=(key,))))
        browser = world.browser()
        ask(world, browser)
        return log_in(world, browser)

    return deed


@dataclasses.dataclass
class OneProvider:
    """A registry, and its one snapshot, with a service provider that no desk would approve."""

    sp: ServiceProvider
    number: int = 1
    staged: Mapping[str, StagedProvider] = dataclasses.field(
        default_factory=lambda: NOTHING_STAGED
    )

    def current(self) -> "OneProvider":
        return self

    def find(self, entity_id: str) -> ServiceProvider:
        return self.sp


def a_certificate_of(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a service provider")])
    made = x509.CertificateBuilder(
        name, name, private.public_key(), 1, MOMENT, MOMENT + timedelta(days=365)
    )
    return Certificate.from_der(made.sign(private, hashes.SHA256()).public_bytes(Encoding.DER))


def sealing_with_p_256(world: World) -> Page:
    """Nothing can be encrypted to a key of this kind."""
    certificate = a_certificate_of(ec.generate_private_key(ec.SECP256R1()))
    return sealing_with(EncryptionKey(certificate))(world)


def sealing_with_too_small_a_key(world: World) -> Page:
    """1024 bits have no room for OAEP with SHA-512."""
    certificate = a_certificate_of(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    return sealing_with(EncryptionKey(certificate, (names.RSA_OAEP,), (names.SHA512,)))(world)


# --- the citizen's own ------------------------------------------------------------------


def at_the_code(world: World) -> Browser:
    browser = world.browser()
    ask(world, browser)
    browser.send(national_id=KARI.number, password=PASSWORD)
    return browser


def flow_unknown(world: World) -> Page:
    return world.browser().open("/login/made-up")


def flow_foreign(world: World) -> Page:
    return world.browser().open(at_the_code(world).page.path)


def flow_over(world: World) -> Page:
    browser = at_the_code(world)
    path = browser.page.path
    browser.send(cancel="1")
    return browser.open(path)


def flow_other_step(world: World) -> Page:
    """Another tab moves the flow between this one's look at it and its answer."""
    browser = world.browser()
    path = ask(world, browser).path
    flows = world.store.flows

    def moved() -> None:
        handle, cookie = path.rpartition("/")[2], browser.cookie("browser") or ""
        row = flows.find(handle, sha256(cookie.encode()).hexdigest(), world.clock.now())
        flows.move(row, row.awaiting, row.payload, world.clock.now())

    world.replace_store(flows=Meddling(flows, "finish", moved))
    return browser.send(cancel="1")


def form_refused(world: World) -> Page:
    browser = world.browser()
    ask(world, browser)
    return browser.send(csrf_token="another's")


def too_many_attempts(world: World) -> Page:
    browser = world.browser()
    path = ask(world, browser).path
    for _ in range(4):
        page = browser.send(to=path, national_id=NILS.number, password="feil")
    return page


def no_codes_left(world: World) -> Page:
    browser = world.browser()
    ask(world, browser)
    return browser.send(national_id=UNSHEETED.number, password=PASSWORD)


def sheet_out_of_use(world: World) -> Page:
    """A hundred tries in the course of time, and one more."""
    browser = world.browser()
    browser.open("/register")
    browser.send(national_id=NILS.number)
    person = world.store.people.find(read_number(NILS.number))
    asked = person and world.store.sheets.asked(person.id, 2)
    assert asked
    for _ in range(100):
        attempts.charge_sheet(world.store.attempts, asked.sheet_id, world.clock.now())
    return browser.send(pin_1="123456", pin_2="654321")


def session_ended(world: World) -> Page:
    browser = logged_in(world)
    (row,) = world.events("answered")
    ended = Meddling(
        world.store.ledger,
        "answered",
        lambda: world.store.sessions.end_all(row["person_id"], world.clock.now()),
    )
    world.replace_store(ledger=ended)
    return ask(world, browser)


def body_too_large(world: World) -> Page:
    form = "application/x-www-form-urlencoded"
    return posted(world, "/saml/sso", b"SAMLRequest=" + b"a" * 600_000, form)


def method_not_allowed(world: World) -> Page:
    return Page(world.app.test_client().put("/saml/sso", base_url=HUB))


# --- ours, and the world's ----------------------------------------------------------------


def with_people_failing(fault: Exception) -> Deed:
    def deed(world: World) -> Page:
        browser = world.browser()
        ask(world, browser)
        world.replace_store(people=Meddling(world.store.people, "find", failing(fault)))
        return browser.send(national_id=KARI.number, password=PASSWORD)

    return deed


def with_registry_failing(fault: Exception) -> Deed:
    def deed(world: World) -> Page:
        failed = Meddling(world.outside.snapshots, "current", failing(fault))
        world.replace(snapshots=failed)
        return world.browser().open("/")

    return deed


def sms_refused(world: World) -> Page:
    person = world.store.people.find(read_number(UNSHEETED.number))
    assert person is not None
    world.store.people.set_mobile(person.id, "+4791234567", MOMENT)
    world.replace(sms=NoGateway())
    browser = world.browser()
    ask(world, browser)
    return browser.send(national_id=UNSHEETED.number, password=PASSWORD)


def store_failed(world: World) -> Page:
    browser = logged_in(world)
    world.replace_store(ledger=BrokenLedger())
    return ask(world, browser)


def receipt(secret: str) -> Deed:
    """A receipt that no gateway of ours would send, with or without the secret."""

    def deed(world: World) -> Page:
        world.replace(
            settings=dataclasses.replace(
                world.settings, sms_gateway="json", sms_report_secret=SECRET
            )
        )
        headers = {"Authorization": "Basic " + b64encode(f"gateway:{secret}".encode()).decode()}
        client = world.app.test_client()
        address = "/gateway/sms/report/first"
        return Page(client.post(address, data="no json", base_url=HUB, headers=headers))

    return deed


# --- logout and the back channels -----------------------------------------------------------


def logging_out(**changes: Any) -> Deed:
    def deed(world: World) -> Page:
        browser = world.browser()
        visit = visited(world, browser, ASKER)
        return browser.open(slo_address(a_logout_request(world, visit, **changes)))

    return deed


def logout_without_endpoint(world: World) -> Page:
    """The name is nobody's, and there is no address where the service could be told so."""
    browser = world.browser()
    visit = visited(world, browser, ASKER, logout=())
    nobody = "<saml:NameID>_nobody</saml:NameID>"
    return browser.open(slo_address(a_logout_request(world, visit, content=nobody)))


def answering_a_logout(**changes: Any) -> Deed:
    def deed(world: World) -> Page:
        browser = world.browser()
        visit = visited(world, browser, ASKER)
        never_asked = parsed(an_authn_request(id="_never-asked"))
        xml = a_logout_response(world, never_asked, visit.entity_id, **changes)
        return browser.open(slo_address(xml, "SAMLResponse"))

    return deed


def logout_foreign(world: World) -> Page:
    browser = world.browser()
    visit = visited(world, browser, ASKER)
    visited(world, browser, OTHER)
    page = browser.post_from_elsewhere(slo_form(a_logout_request(world, visit)), "/saml/slo")
    return world.browser().open(page.path)


def logout_unknown(world: World) -> Page:
    return world.browser().open("/logout/made-up")


def by_soap(body: str, header: str = "") -> Deed:
    return lambda world: posted(world, "/saml/slo/soap", BODY % (header, body))


def no_envelope(world: World) -> Page:
    return posted(world, "/saml/slo/soap", "<x/>")


def no_artifact(world: World) -> Page:
    xml = an_authn_request(
        root="samlp:ArtifactResolve", destination=f"{HUB}/saml/artifact", issued_at=MOMENT
    )
    return posted(world, "/saml/artifact", BODY % ("", enveloped(xml, REGISTERED).decode()))


def too_young(world: World) -> Page:
    number = read_number(NILS.number)
    year = world.clock.now().year
    world.population.told[NILS.number] = RegisteredPerson(
        number, (), "Nils", PersonStatus.RESIDENT, year
    )
    browser = world.browser()
    browser.open("/register")
    browser.send(national_id=NILS.number)
    first, second = asked_pins(browser.page)
    return browser.send(pin_1=first, pin_2=second)


DEEDS: dict[str, Deed] = {
    "xml-too-large": too_large,
    "xml-too-many-parts": too_many_parts,
    "request-repeated": repeated,
    "sp-not-trusted": suspended,
    "init-not-allowed": begun_here,
    "name-id-policy": asking(FORMAT_OF_MAIL),
    "subject-unknown": asking(OF_SOMEBODY_ELSE),
    "idp-list": asking(OTHER_PROVIDERS),
    "attribute-index": asking(AttributeConsumingServiceIndex="7"),
    "binding-unserved": asking(ProtocolBinding=names.HTTP_ARTIFACT),
    "encryption-method": sealing_with(an_encryption_key(names.TRIPLE_DES_CBC)),
    "encryption-key-transport": sealing_with(an_encryption_key(names.RSA_1_5)),
    "encryption-key-kind": sealing_with_p_256,
    "encryption-failed": sealing_with_too_small_a_key,
    "flow-unknown": flow_unknown,
    "flow-foreign": flow_foreign,
    "flow-over": flow_over,
    "flow-other-step": flow_other_step,
    "form-refused": form_refused,
    "too-many-attempts": too_many_attempts,
    "no-codes-left": no_codes_left,
    "sheet-out-of-use": sheet_out_of_use,
    "too-young": too_young,
    "session-ended": session_ended,
    "not-found": lambda world: world.browser().open("/nowhere"),
    "method-not-allowed": method_not_allowed,
    "body-too-large": body_too_large,
    "busy": with_people_failing(OutsideFailed("the queue is full", code="busy")),
    "outside-failed": with_people_failing(OutsideFailed("it does not answer")),
    "internal": with_people_failing(KeyError("nobody foresaw this")),
    "store-failed": store_failed,
    "registry-unreadable": with_registry_failing(Unreadable("it is no JSON")),
    "snapshot-damaged": with_registry_failing(SnapshotDamaged("it is another file")),
    "sms-refused": sms_refused,
    "receipt-forged": receipt("not the secret"),
    "receipt-unreadable": receipt(SECRET),
    "logout-expired": logging_out(NotOnOrAfter="2026-01-02T03:00:00Z"),
    "logout-name-id": logging_out(content=""),
    "logout-session-index": logging_out(content=MANY_INDEXES),
    "logout-no-endpoint": logout_without_endpoint,
    "logout-unasked": answering_a_logout(),
    "logout-status": answering_a_logout(content=""),
    "logout-unknown": logout_unknown,
    "logout-foreign": logout_foreign,
    "soap-envelope": no_envelope,
    "soap-body": by_soap(""),
    "soap-fault": by_soap(FAULT),
    "soap-must-understand": by_soap("<x/>", HEADER),
    "artifact-missing": no_artifact,
}
