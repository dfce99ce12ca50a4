"""Sample values for the registry's pages of care."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from sp_registry.chart import chart
from sp_registry.health import Clock, health
from sp_registry.pages.health import Seen
from sp_registry.watch import LOGIN, LOGOUT, REFUSED, Counted, KeyFetch, Story, Told
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


def a_health(is_own: bool = True, **changes: object) -> Mapping[str, object]:
    seen = Seen(APPROVED, is_own, 30, FOUND)
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
}  # fmt: skip
