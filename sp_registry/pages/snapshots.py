"""What is published to logins: the list, what is in each, and the way back.

Going back brings old trust again, so it takes two: one wishes, another does it.
"""

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, insert, select
from werkzeug.wrappers import Response

from sp_registry import materialise, publishing, tables
from sp_registry.difference import difference
from sp_registry.errors import UnknownSnapshot
from sp_registry.onboarding import NeedsApproval, require_another
from sp_registry.pages.past import past_page
from sp_registry.pages.rooms import colleague, require_decider, rooms
from sp_registry.service_provider import ServiceProvider


def listing() -> str | tuple[str, int]:
    """Every snapshot; with a moment, what was in force then."""
    _require_all_seeing()
    if "at" in request.args:
        return past_page(None)
    database = rooms().database
    return render_template(
        "registry/snapshots.html",
        snapshots=database.read(publishing.listing),
        in_force=database.read(publishing.claimed_pointer).number,
    )


def show(number: int) -> str:
    _require_all_seeing()
    return _page(number)


def go_back(number: int) -> Response | tuple[str, int]:
    """The first administrator wishes, another one does it."""
    back = url_for("registry.snapshots_show", number=number)
    who = require_decider(back)
    wished_by = _wished_by(number)
    if wished_by is None and _widens(number):
        _wish(number, who.by)
        return redirect(back, 303)
    if wished_by is not None:
        try:
            require_another(rooms().staff.human(wished_by), who.by, rooms().mode)
        except NeedsApproval as fault:
            return _page(number, fault), 409
    publishing.rollback(rooms().database, rooms().audit, number, who.by, rooms().clock())
    rooms().follow()
    return redirect(back, 303)


def _page(number: int, fault: NeedsApproval | None = None) -> str:
    in_force = rooms().database.read(publishing.claimed_pointer).number
    there, here = _by_entity_id(number), _by_entity_id(in_force)
    shifts = {
        id: difference(here.get(id), sp) for id, sp in there.items() if here.get(id) != sp
    }
    return render_template(
        "registry/snapshot.html",
        number=number,
        in_force=in_force,
        contents=list(there.values()),
        shifts=shifts,
        gone=[sp for id, sp in here.items() if id not in there],
        wished_by=_wished_by(number),
        fault=fault,
        languages=("nn", "nb", "no", "en"),
    )


def _require_all_seeing() -> None:
    if not colleague().sees_all:
        abort(404)


def _by_entity_id(number: int) -> dict[str, ServiceProvider]:
    try:
        contents = materialise.contents(rooms().database, rooms().certificates, number)
    except UnknownSnapshot:
        abort(404)
    return {sp.key: sp for sp in contents}


def _widens(number: int) -> bool:
    """Whether anything would be trusted that is not trusted now, just so."""
    now = _by_entity_id(rooms().database.read(publishing.claimed_pointer).number)
    there = _by_entity_id(number).values()
    signed = rooms().database.read(lambda connection: publishing.stored(connection, number))
    is_new = (sp.active and now.get(sp.key) != sp for sp in there)
    return bool(signed.manifest.staged) or any(is_new)


def _wished_by(number: int) -> str | None:
    """Who wishes to go back there from what is in force now; None: nobody yet."""
    wish = tables.snapshot_return

    def job(connection: Connection) -> str | None:
        in_force = publishing.claimed_pointer(connection).number
        wished = select(wish.c.proposed_by).where(
            wish.c.wanted == number, wish.c.in_force == in_force
        )
        return connection.execute(wished.order_by(wish.c.number)).scalars().first()

    return rooms().database.read(job)


def _wish(number: int, by: str) -> None:
    now = rooms().clock()
    rooms().audit("snapshot-return-proposed", by, now, {"number": str(number)})

    def job(connection: Connection) -> None:
        in_force = publishing.claimed_pointer(connection).number
        connection.execute(
            insert(tables.snapshot_return).values(
                wanted=number, in_force=in_force, proposed_by=by, proposed_at=now
            )
        )

    rooms().database.write(job)
