"""What staff did, by the audit log: for administrators and auditors all of it, for contacts
what was done to their own organisations' services and people."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import abort, render_template, request
from sqlalchemy import Connection, select

from sp_registry import tables
from sp_registry.pages import listing
from sp_registry.pages.asked import page_asked, pages_of, typed_day
from sp_registry.pages.rooms import colleague, rooms
from sp_registry.seams import Deed, DeedsWanted

AT_ONCE = 50  # deeds on a page
KINDS: Mapping[str, tuple[str, ...]] = {  # how the events' names begin
    "services": ("sp-",),
    "people": ("staff-", "organisation-"),
    "alerts": ("feed-", "hook-"),
    "publications": ("snapshot-",),
    "keys": ("key-", "keys-"),
}
TOLD_ELSEWHERE = frozenset({"by", "entity_id", "role", "organisation", "person"})


def show() -> str:
    filters = {name: request.args.get(name, "").strip() for name in
               ("sp", "by", "kind", "since", "until")}  # fmt: skip
    page = page_asked()
    deeds, count = rooms().deeds.page(_wanted(filters), AT_ONCE, (page - 1) * AT_ONCE)
    pages = pages_of(count, AT_ONCE)
    if page > pages:
        abort(404)
    return render_template(
        "registry/history.html",
        deeds=deeds,
        count=count,
        page=page,
        pages=pages,
        filters=filters,
        kinds=tuple(KINDS),
        addresses=_addresses(deeds),
        rest=rest_of,
    )


def _wanted(filters: Mapping[str, str]) -> DeedsWanted:
    who = colleague()
    until = typed_day(filters["until"])
    return DeedsWanted(
        entity_id=_entity_id(filters["sp"]),
        by=filters["by"] or None,
        kinds=KINDS.get(filters["kind"], ()),
        since=typed_day(filters["since"]),
        before=until and until + timedelta(days=1),
        organisations=None if who.sees_all else who.organisations,
    )


def _entity_id(id: str) -> str | None:
    """The service provider of an opaque id, which this colleague may see."""
    if not id:
        return None
    return rooms().database.read(
        lambda connection: listing.entity_of(connection, id, colleague())
    ) or abort(404)


def _addresses(deeds: Sequence[Deed]) -> dict[str, str]:
    """The opaque id of each service provider that the deeds were done to, by entity id."""
    ident = tables.sp_ident
    told = {deed.entity_id for deed in deeds if deed.entity_id}
    wanted = select(ident.c.entity_id, ident.c.id).where(ident.c.entity_id.in_(told))

    def job(connection: Connection) -> dict[str, str]:
        return {row.entity_id: row.id for row in connection.execute(wanted)}

    return rooms().database.read(job)


def rest_of(deed: Deed) -> list[tuple[str, str]]:
    """What else the log says, of what the page has no words for."""
    known = sorted(deed.details.items())
    said = [(name, value) for name, value in known if value and name not in TOLD_ELSEWHERE]
    return [pair for pair in said if pair != ("self_approved", "False")]
