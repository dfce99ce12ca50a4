"""How a service fares: logins and refusals by day, logouts, keys and clock.

Its team and those who see all see everything; other agencies see logins and refusals of a
service that is in force, in months that have ended and without small counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from sp_registry import health
from sp_registry.chart import chart
from sp_registry.digest import LANGUAGES
from sp_registry.health import PERIODS, Health, Row
from sp_registry.pages import listing
from sp_registry.pages.rooms import colleague, rooms
from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import UnknownServiceProvider


@dataclass(frozen=True, slots=True)
class Seen:
    sp: ServiceProvider
    is_own: bool
    days: int
    found: Health

    @property
    def rows(self) -> Sequence[Row]:
        if self.is_own:
            return health.told_whole(self.found)
        return health.suppressed(self.found)


def show(id: str) -> str:
    seen, now = _seen(id), rooms().clock()
    entity_id, watch = seen.sp.entity_id, rooms().watch
    private = {}
    if seen.is_own:
        private = {
            "clock": health.clock_of(watch.clocks([entity_id], now).get(entity_id)),
            "signed": watch.last_signed(entity_id),
            "fetch": watch.fetched(entity_id),
        }
    return render_template(
        "registry/health.html",
        seen=seen,
        sp=seen.sp,
        periods=PERIODS,
        logins=chart([(name, logins or 0) for name, logins, _ in seen.rows]),
        refusals=chart([(name, refused or 0) for name, _, refused in seen.rows]),
        languages=LANGUAGES,
        now=now,
        **private,
    )


def table(id: str) -> Response:
    """The same numbers as CSV."""
    seen = _seen(id)
    answer = make_response(health.as_csv(seen.rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{seen.sp.id}.csv"'
    return answer


def _seen(id: str) -> Seen:
    try:
        sp = rooms().snapshots.current().by_id(id)
    except UnknownServiceProvider:
        abort(404)
    days = request.args.get("days", PERIODS[0], type=int)
    if days not in PERIODS:
        abort(404)
    who = colleague()
    own = rooms().database.read(lambda connection: listing.entity_of(connection, id, who))
    today = rooms().clock().astimezone(UTC).date()
    if own is None:
        rows = rooms().watch.days(sp.entity_id, health.finished_months(today)[0])
        return Seen(sp, False, PERIODS[-1], health.health_of_others(rows, today))
    rows = rooms().watch.days(sp.entity_id, today - timedelta(days=days - 1))
    return Seen(sp, True, days, health.health(rows, days, today))
