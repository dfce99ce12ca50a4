"""Sample values for the registry's pages of care."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from sp_registry.care import NumberHolder, Unattended
from sp_registry.chart import chart
from sp_registry.digest import CertificateDue, Service
from sp_registry.feeds import Feed
from sp_registry.health import Clock, health, health_of_others
from sp_registry.hook_calls import HookCall, Tried
from sp_registry.hooks import Hook
from sp_registry.pages.health import Seen
from sp_registry.staff import Colleague, Role
from sp_registry.watch import (
    LOGIN,
    LOGOUT,
    REFUSED,
    BoardLine,
    Counted,
    KeyFetch,
    Story,
    Told,
)
from tests.builders import REGISTERED, SP
from tests.hub.pages.registry_samples import APPROVED, KARI, LANGUAGES

Context = Callable[[], Mapping[str, object]]

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
TODAY = date(2026, 3, 3)
ROWS = [
    *(Counted(TODAY - timedelta(days=n), LOGIN, "", 40 + 17 * (n % 7)) for n in range(30)),
    *(Counted(TODAY - timedelta(days=n), REFUSED, "request-stale", n % 4) for n in range(30)),
    Counted(TODAY, REFUSED, "NoAuthnContext", 1),
    Counted(TODAY, LOGOUT, "asked", 12),
    Counted(TODAY, LOGOUT, "confirmed", 9),
]
FOUND = health(ROWS, 30, TODAY)
OTHERS = health_of_others(ROWS, TODAY + timedelta(days=31))


def a_health(is_own: bool = True, **changes: object) -> Mapping[str, object]:
    seen = Seen(APPROVED, is_own, 30, FOUND) if is_own else Seen(APPROVED, False, 395, OTHERS)
    return {
        "colleague": KARI,
        "seen": seen,
        "sp": APPROVED,
        "periods": (30, 90, 395),
        "logins": chart([(name, count or 0) for name, count, _ in seen.rows]),
        "refusals": chart([(name, count or 0) for name, _, count in seen.rows]),
        "languages": LANGUAGES,
        "now": NOW,
        "clock": Clock(-130, -128, 431),
        "signed": {REGISTERED.certificate.fingerprint: NOW},
        "fetch": KeyFetch(NOW, (REGISTERED.certificate.fingerprint,)),
        **changes,
    }


STORY = Story(
    frozenset({SP}),
    (
        Told(NOW, "accepted", f"_4f2a of {SP}, signed by a1b2c3", "Meldinga vart godteken."),
        Told(NOW, "refused", "consumer-unknown: index 3 is not registered", ""),
    ),
    "consumer-unknown",
)

SERVICE = Service(APPROVED.id, SP, SP, "Lånekassen", "forskrift om tiltaket § 2", True)
DUE = (
    CertificateDue(SERVICE, "signing", REGISTERED.certificate.fingerprint, "CN=Lånekassen", NOW),
    CertificateDue(SERVICE, "encryption", "b2" * 32, "CN=Lånekassen", NOW + timedelta(days=12)),
    CertificateDue(None, "assertion", "c3" * 32, "CN=MinID", NOW + timedelta(days=80)),
)
TEAM = Colleague("ola", "Ola Nordmann", frozenset({Role.CONTACT}), ("974760673",))
TOLD_LATER = NOW + timedelta(hours=1)


HOOK = Hook(
    "e5" * 16, "974760673", "https://drift.example.no/minid/varsel?team=innlogging", "s", "f",
    NOW, "staff:kari", NOW,
)  # fmt: skip
DAY = timedelta(days=1)


def a_call(type: str, *told: Tried) -> HookCall:
    last = told[0] if told else None
    return HookCall("f6" * 16, HOOK.id, type, NOW, NOW + DAY, len(told), last)


CALLS = (
    a_call("test"),
    a_call("test", Tried(NOW, 204)),
    a_call("certificate.expires", Tried(NOW, 503, "hook-status", False, NOW + DAY)),
    a_call("service.unused", Tried(NOW, 301, "hook-status", False, NOW)),
    a_call("service.no_contact", Tried(NOW, None, "source-private")),
    a_call("attestation.due", Tried(NOW, None, "source-tls", False, NOW + DAY)),
)


def a_hook(**changes: object) -> Mapping[str, object]:
    return {
        "colleague": TEAM,
        "hook": HOOK,
        "secret": None,
        "works": True,
        "calls": CALLS,
        "now": TOLD_LATER,
        **changes,
    }


def a_calendar(**changes: object) -> Mapping[str, object]:
    return {
        "colleague": KARI,
        "shown": DUE,
        "count": 3,
        "page": 1,
        "pages": 2,
        "is_all": False,
        "signed": {SP: {REGISTERED.certificate.fingerprint: NOW}},
        "feeds": (Feed("d4" * 32, None, "staff:kari", NOW),),
        "organisation_names": {"974760673": "Lånekassen"},
        "secret": None,
        "host": "https://minid.example",
        "now": TOLD_LATER,
        "hooks": ((HOOK, CALLS[0], True), (HOOK, None, False), (HOOK, None, True)),
        "hook_fault": None,
        "typed_url": "",
        **changes,
    }


def a_care(**changes: object) -> Mapping[str, object]:
    return {
        "colleague": KARI,
        "unattended": (Unattended(SERVICE, None, True, True),),
        "unattended_count": 1,
        "holders": (
            NumberHolder(SERVICE, "974760673", NOW - timedelta(days=400), True, 0),
            NumberHolder(SERVICE, "974760673", NOW, False, 1204),
        ),
        "overdue": 1,
        "count": 2,
        "page": 1,
        "pages": 1,
        "organisation_names": {"974760673": "Lånekassen"},
        "now": NOW,
        **changes,
    }


BOARD = (
    BoardLine(SP, NOW, True, "artifact-resolve", "a1b2c3d4e5f60718", "switched", None, ""),
    BoardLine(f"{SP}/2", None, False, "no", "0011223344556677", "held", None, "EC"),
    BoardLine(f"{SP}/3", NOW, False, "not known", "0011223344556677", "at", NOW, ""),
)

CARE_PAGES: Mapping[str, tuple[str, Context]] = {
    "registry-health": ("registry/health.html", a_health),
    "registry-health-of-others": ("registry/health.html", lambda: a_health(is_own=False)),
    "registry-health-unknown": (
        "registry/health.html", lambda: a_health(clock=None, signed={}, fetch=None)
    ),
    "registry-trace-ask": (
        "registry/trace_ask.html", lambda: {"colleague": KARI, "asked": "x", "is_unknown": True}
    ),
    "registry-trace": (
        "registry/trace.html",
        lambda: {"colleague": KARI, "reference": "01JD5W3KZ8Q2", "story": STORY},
    ),
    "registry-calendar": ("registry/calendar.html", a_calendar),
    "registry-calendar-new-feed": (
        "registry/calendar.html",
        lambda: a_calendar(secret="s3cret", colleague=TEAM, shown=(), pages=1, is_all=True),
    ),
    "registry-calendar-bad-hook": (
        "registry/calendar.html",
        lambda: a_calendar(hook_fault="hook-address", typed_url="http://x", shown=()),
    ),
    "registry-hook": ("registry/hook.html", a_hook),
    "registry-hook-new": (
        "registry/hook.html",
        lambda: a_hook(secret="whsec_" + "Wm9v" * 11, calls=(), works=False),
    ),
    "registry-care": ("registry/care.html", a_care),
    "registry-care-of-a-team": ("registry/care.html", lambda: a_care(colleague=TEAM)),
    "registry-keys": (
        "registry/keys.html",
        lambda: {
            "colleague": KARI, "lines": BOARD, "page": 1, "pages": 1,
            "services": {SP: SERVICE, f"{SP}/2": SERVICE, f"{SP}/3": SERVICE},
        },
    ),
}  # fmt: skip
