"""Put the hub together: the only place that knows every part.

Everything a view needs comes from the `Outside` made here.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import sleep

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from certs import metadata_keys
from certs.key_store import METADATA, PemKeyStore
from certs.signing_key import SigningKey
from hub.artifact import RESOLVE, artifact
from hub.between import between
from hub.current import EXTENSION, Outside, go_on_as, now
from hub.development.dev_letters import letter_pages
from hub.development.dev_pages import dev_pages
from hub.doctor.finding import Finding
from hub.entities import ApprovedEntities
from hub.error_pages import init_errors
from hub.errors import HubError
from hub.factors.passwords import Passwords
from hub.forgotten import forgotten
from hub.front_door import SSO, front_door
from hub.keys.ring import KeyRing
from hub.keys.running import SigningKeys
from hub.letters.printing import Office, Printer, Provider
from hub.logout import unseen
from hub.logout.door import SLO, SLO_SOAP, logout_door
from hub.logout.pages import logout_pages
from hub.me.contact import me_contact
from hub.me.front import me
from hub.me.history import me_history
from hub.me.methods import me_methods
from hub.me.password import me_password
from hub.operations.counters import CountedLedger, Counters
from hub.operations.health import health
from hub.operations.metrics import metrics
from hub.operations.page import operations
from hub.operations.worker import Work
from hub.outside import letter_office, messages, register_probe, registers
from hub.outside.guarded_web import GuardedWeb
from hub.outside.hook_post import HookPost
from hub.outside.metadata_fetch import MetadataFetcher
from hub.outside.print_folder import PrintFolder
from hub.outside.soap_client import HttpSoapClient
from hub.outside.system_clock import SystemClock
from hub.own_pages import init_login, own_pages
from hub.pins.page import pins
from hub.registers.follow import follow
from hub.registry import rollouts
from hub.registry.audit import registry_audit
from hub.registry.hook_delivery import HookCarrier, hooks_of
from hub.registry.logos import logo_pages
from hub.registry.staff import mode_of, registry_pages
from hub.registry.watch import HubWatch
from hub.seams.outside import Clock
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store
from hub.self_description import OneByOne, self_description
from hub.sending.sms_report import REPORT_PATHS, sms_report
from hub.settings import Settings
from hub.steps.letter_pin.views import letter_pin
from hub.steps.passkey.views import passkey
from hub.steps.password.views import password
from hub.steps.register.views import register
from hub.steps.sms_code.views import sms_code
from hub.steps.totp.views import totp
from hub.store.open_store import open_store
from hub.support.blueprint import support_pages
from hub.web.browser import init_browser
from hub.web.headers import init_headers
from hub.web.pages import init_pages
from hub.web.public_pages import public_pages
from hub.web.staying import init_staying
from metadata.aggregate_pages import Own, entities_blueprint
from metadata.build import IdpDescription
from metadata.publish import Press
from metadata.publish import blueprint as metadata_pages
from metadata.rollover_pages import rollover_pages
from sp_registry.environment import Environment
from sp_registry.errors import RegistryError
from sp_registry.refreshing import Refreshing
from sp_registry.seams import Fetch
from sp_registry.snapshot import Snapshots

ROOT = Path(__file__).resolve().parent.parent  # templates lie beside the packages
LARGEST_BODY = 512 * 1024  # bytes of a posted form
FOLLOW_EVERY = 2.0  # seconds between looks for a snapshot that another node published

log = logging.getLogger("minid")


def create_app(settings: Settings) -> Flask:
    """The hub as a WSGI application; raises our errors if it cannot work."""
    work = work_of(settings)
    app = flask_app(work.outside)
    register_metadata(
        app,
        work.outside,
        PemKeyStore(settings.keys).newest(METADATA),
        metadata_keys.coming(settings.keys),
    )
    app.register_blueprint(
        registry_pages(
            settings,
            work.store,
            work.outside.snapshots,
            metadata_fetcher(settings),
            HubWatch(work.store, work.outside.snapshots),
            work.outside.ring,
        )
    )
    app.register_blueprint(logo_pages(work.store.database))
    audit = registry_audit(work.store.ledger)
    app.register_blueprint(operations)
    app.register_blueprint(support_pages(work.store.database, audit))
    if settings.is_development:
        app.register_blueprint(dev_pages(settings, work.store.inbox))
        printer = letter_office.DevelopmentPrinter(settings, work.outside.clock)
        app.register_blueprint(letter_pages(printer))
    threading.Thread(
        target=follow_snapshots, args=(work.follow_snapshots,), name="snapshots", daemon=True
    ).start()
    return app


def work_of(settings: Settings) -> Work:
    """The world outside with the database beneath it, for pages and for the worker."""
    ring = KeyRing.load(settings.keys / "ring.json")
    keys = PemKeyStore(settings.keys)
    store = open_store(settings.database, ring)
    counters = Counters(store.counters, store.days)
    store = replace(store, ledger=CountedLedger(store.ledger, counters))
    clock = SystemClock()
    signing_keys = SigningKeys(keys, store.keys)
    signing_keys.adopt_first(clock.now())
    outside = Outside(
        settings=settings,
        clock=clock,
        store=store,
        snapshots=snapshots_of(settings),
        ring=ring,
        passwords=Passwords(),
        sms=messages.sms_sender(settings, store.inbox, store.attempts, clock),
        mail=messages.mail_sender(settings, store.inbox, clock),
        soap=HttpSoapClient(),
        contacts=registers.contacts_of(settings, clock, store.breakers, store.people),
        register=registers.register_of(settings, clock, store.breakers),
        keys=signing_keys,
        counters=counters,
    )
    certificates = metadata_keys.certificates(settings.keys)
    follower = rollouts.Follower(settings, store, certificates)
    receivers = messages.receivers(settings, clock, store.outbox.receive)
    room = letter_office.PrintRoom(settings, store, outside.register, clock)

    def follow_register() -> None:
        if registers.has_one(settings):
            follow(outside.register, store, clock.now())

    sources = Refreshing(
        store.database, registry_audit(store.ledger), mode_of(settings), metadata_fetcher(settings)
    )
    return Work(
        outside,
        store,
        lambda: follower.follow(clock.now()),
        receivers,
        room.print_all,
        room.take_reports,
        room.take_back,
        follow_register,
        lambda: sources.refresh_due(clock.now()),
        lambda: rollouts.run_due(settings, store, clock.now()),
        HookCarrier(store, hooks_of(store, ring), HookPost(guarded_web(settings)), clock),
    )


def snapshots_of(settings: Settings) -> Snapshots:
    """What logins read, of this hub's environment alone."""
    return Snapshots(settings.snapshots, environment=Environment(settings.environment))


def guarded_web(settings: Settings) -> GuardedWeb:
    """The way to the addresses that agencies name."""
    return GuardedWeb(mode_of(settings).http_hosts)


def metadata_fetcher(settings: Settings) -> Fetch:
    """The way to metadata that agencies publish."""
    return MetadataFetcher(guarded_web(settings))


def register_metadata(
    app: Flask, outside: Outside, metadata_key: SigningKey, coming: SigningKey | None
) -> None:
    """What we publish under the metadata key."""
    settings, keys, snapshots = outside.settings, outside.keys, outside.snapshots
    served = frozenset(rule.rule for rule in app.url_map.iter_rules())

    next_certificate = None if coming is None else coming.certificate

    def describe() -> IdpDescription:
        general = self_description(settings, keys.published(now()), served)
        return replace(general, next_metadata_certificate=next_certificate)

    press = Press(metadata_key, now)
    one_by_one = OneByOne(settings, keys, snapshots, now, served)
    app.register_blueprint(metadata_pages(describe, press, one_by_one))
    app.register_blueprint(rollover_pages(metadata_key, coming, describe, now))
    own = Own(describe, metadata_key, press, settings.instance / "entities", now)
    app.register_blueprint(entities_blueprint(own, lambda: ApprovedEntities(snapshots.current())))


def print_folder(folder: Path) -> Printer:
    """A folder that letters are handed over in, for commands."""
    return PrintFolder(folder)


def configured_printer(settings: Settings, store: Store) -> Printer | None:
    """The printer of the settings, for commands."""
    return letter_office.printer_of(settings, store.breakers, SystemClock())


def print_provider(settings: Settings, store: Store) -> Provider | None:
    """The print provider's server, if there is one that reports come from."""
    return letter_office.provider_of(settings, store.breakers, SystemClock())


def print_office(settings: Settings, store: Store) -> Office:
    """What `minid letters print` works with."""
    return letter_office.office_of(
        settings, store, population_register(settings, store), SystemClock()
    )


def population_register(settings: Settings, store: Store) -> PopulationRegister:
    """The register of this installation, for commands."""
    return registers.register_of(settings, SystemClock(), store.breakers)


def register_findings(settings: Settings) -> Iterator[Finding]:
    """How the national registers answer, for the doctor."""
    return register_probe.findings(settings, SystemClock())


def services_told(
    settings: Settings, person_id: str, session_ids: Sequence[str]
) -> unseen.Outcome:
    """Tell the services of these sessions that they are over, for commands."""
    work = work_of(settings)
    app = Flask("hub")
    app.extensions[EXTENSION] = work.outside
    try:
        with app.app_context():
            go_on_as(secrets.token_hex(8))
            return unseen.tell(person_id, session_ids)
    finally:
        work.outside.counters.bring()
        work.store.close()


def system_clock() -> Clock:
    """The machine's clock, for commands: they know no adapter by name."""
    return SystemClock()


def follow_snapshots(look: Callable[[], object]) -> None:
    """Keep the local snapshot file up to date with what other nodes publish.

    What this machine publishes is seen at the next request without it.
    """
    while True:
        try:
            look()
        except (HubError, RegistryError) as fault:
            log.error("snapshot not followed: %s: %s", fault.code, fault.detail)
        sleep(FOLLOW_EVERY)


def flask_app(outside: Outside) -> Flask:
    """The pages, with everything that they reach for behind `outside`."""
    app = Flask("hub", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY)
    app.extensions[EXTENSION] = outside
    settings = outside.settings
    init_headers(app, settings.is_https)
    init_browser(app, other_peoples_forms=frozenset({SSO, RESOLVE, SLO, SLO_SOAP}) | REPORT_PATHS)
    init_pages(app, settings.is_https)
    init_login(app)
    init_errors(app)
    init_staying(app)
    app.context_processor(
        lambda: {"support_email": settings.support_email, "support_phone": settings.support_phone}
    )
    for pages in (
        front_door,
        artifact,
        password,
        sms_code,
        letter_pin,
        totp,
        passkey,
        register,
        between,
        forgotten,
        own_pages,
        me,
        me_contact,
        me_history,
        me_methods,
        me_password,
        pins,
        public_pages,
        logout_door,
        logout_pages,
        health,
        metrics,
        sms_report,
    ):
        app.register_blueprint(pages)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        behind_proxies = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)
        app.wsgi_app = behind_proxies  # type: ignore[method-assign]  # as Flask's guide says
    return app
