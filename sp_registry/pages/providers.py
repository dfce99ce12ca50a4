"""Service providers: the list, and one of them with what waits."""

from collections.abc import Sequence

from flask import abort, render_template, request, url_for
from sqlalchemy import Connection

from certs.certificate import Certificate
from sp_registry import care, changes, comments, refreshing, rollouts
from sp_registry.changes import Entry, NotRegistered
from sp_registry.difference import difference
from sp_registry.digest import LANGUAGES, digest_of
from sp_registry.environment import Environment
from sp_registry.errors import RegistryError
from sp_registry.health import clock_of
from sp_registry.impact import Weakness
from sp_registry.pages import listing as listings
from sp_registry.pages.asked import page_asked, pages_of
from sp_registry.pages.listing import AT_ONCE, MOST_FOUND, Listed, State, Wanted
from sp_registry.pages.rooms import colleague, is_fresh, require_fresh, rooms
from sp_registry.service_provider import ServiceProvider
from sp_registry.staff import Colleague


def listing() -> str:
    text = request.args.get("q", "").strip()[:200]
    state = State(value) if (value := request.args.get("state", "")) in set(State) else None
    asked = request.args.get("environment", "")
    environment = Environment(asked) if asked in set(Environment) else None
    page = page_asked()
    weakness = Weakness(value) if (value := request.args.get("weak", "")) in set(Weakness) else None
    organisation, expiring = request.args.get("organisation", "")[:16], "expiring" in request.args
    found = _narrowed(_found(text), weakness, expiring)
    wanted = Wanted(state, found, page, environment, organisation or None)
    rows, count = rooms().database.read(
        lambda connection: listings.page_of(connection, wanted, colleague())
    )
    pages = pages_of(count, AT_ONCE)
    if page > pages:
        abort(404)
    return render_template(
        "registry/list.html", rows=rows, count=count, text=text, state=state, states=list(State),
        page=page, pages=pages, languages=LANGUAGES, environment=environment,
        weakness=weakness, weaknesses=list(Weakness), organisation=organisation,
        expiring=expiring,
        late=_late(rows), hub_metadata=hub_metadata(), **_what_waits(),
    )  # fmt: skip


def _what_waits() -> dict[str, int | bool]:
    """For whom what waits: a decider's work, or how it stands with what a team has sent in."""
    who, here = colleague(), rooms().mode.environment
    found = rooms().database.read(
        lambda connection: listings.standing_of(connection, who, here)
    )
    return {
        "to_decide": found.waiting if who.decides else 0,
        "to_wait_for": 0 if who.decides else found.waiting,
        "sent_back": found.rejected if who.proposes and not who.decides else 0,
        "is_empty": found.count == 0,
        "is_new": who.proposes and not who.sees_all and not found.has_in_force,
    }


def hub_metadata(sp: ServiceProvider | None = None) -> str:
    """Where an agency's software reads of us: of a service in force, as that one sees us."""
    return f"{rooms().base_url}/saml/metadata" + (f"/sp/{sp.id}" if sp else "")


def _found(text: str) -> frozenset[str] | None:
    """What a search finds, in force or waiting; None without one."""
    if not text:
        return None
    in_force = rooms().snapshots.current().search(text, limit=MOST_FOUND)
    waiting = rooms().database.read(
        lambda connection: listings.waiting_that_say(connection, text)
    )
    return waiting | {sp.key for sp in in_force}


def _narrowed(
    found: frozenset[str] | None, weakness: Weakness | None, expiring: bool
) -> frozenset[str] | None:
    """What is found, and in force with this weakness or with a certificate that runs out."""
    now = rooms().clock()
    wanted = [] if found is None else [found]
    if weakness is not None or expiring:
        digest = digest_of(rooms().snapshots.current(), now.date())
        if weakness is not None:
            wanted.append(digest.weak[weakness])
        if expiring:
            wanted.append(
                frozenset(
                    one.service.key
                    for one in digest.certificates
                    if one.service and one.days_left(now) <= care.SOON
                )
            )
    return frozenset.intersection(*wanted) if wanted else None


def _late(rows: Sequence[Listed]) -> frozenset[str]:
    """Those whose clock nears the limit."""
    seen = rooms().watch.clocks([row.sp.entity_id for row in rows], rooms().clock())
    clocks = {entity_id: clock_of(one) for entity_id, one in seen.items()}
    return frozenset(each for each, clock in clocks.items() if clock and clock.nears_limit)


def show(id: str) -> str:
    """Asked for `again`, it leads whoever decides to a young login first."""
    if "again" in request.args and colleague().decides:
        require_fresh(again(id))
    return page(visible(id))


def again(id: str) -> str:
    """Where a new login leads that was asked for before something could be decided."""
    return url_for("registry.providers_show", id=id, again=1)


def visible(id: str) -> Entry:
    """The service provider, if this colleague may see it: else it is not there."""
    who = colleague()

    def job(connection: Connection) -> Entry | None:
        entity_id = listings.entity_of(connection, id, who)
        return None if entity_id is None else changes.entry_of(connection, entity_id)

    return rooms().database.read(job) or abort(404)


def page(entry: Entry, fault: RegistryError | None = None, wrong: str = "") -> str:
    """One service provider, with what went wrong: a fault, or the field that must be put right.

    What was typed stands in its forms again.
    """
    now, entity_id = rooms().clock(), entry.newest.entity_id
    who = colleague()
    rolled = rooms().database.read(lambda connection: rollouts.of(connection, entity_id))
    going_on = next((one for one in rolled if one.ended_at is None), None)
    is_staged = going_on is not None and going_on.is_staged
    replay = None
    is_ours = entry.proposed.policy.environment is rooms().mode.environment
    if entry.newest.waits and entry.approved is not None and is_ours:
        replay = rooms().traffic.replay(entry.approved, entry.proposed)
    return render_template(
        "registry/sp.html",
        entry=entry,
        sp=entry.approved or entry.proposed,
        shifts=difference(entry.approved, entry.proposed) if entry.newest.waits else (),
        signatures=rooms().traffic.signatures(entry.proposed.entity_id, now) if is_ours else {},
        environment=rooms().mode.environment,
        replay=replay,
        rollout=going_on,
        tallies=rooms().traffic.tallies(going_on.number) if going_on and is_staged else None,
        rolled=rolled,
        comments=rooms().database.read(lambda connection: comments.of(connection, entity_id)),
        history=rooms().desk.history(entity_id),
        checked=rooms().database.read(
            lambda connection: refreshing.last_checked(connection, entity_id)
        ),
        fault=fault,
        wrong=wrong,
        typed=request.form,
        own=rooms().staff.human(entry.newest.proposed_by) == who.by
        and not rooms().mode.single_approver,
        is_stale=not is_fresh(),
        is_again="again" in request.args,
        to_decide=_to_decide(who),
        other=rooms().database.read(lambda connection: _in_production(connection, entry, who)),
        hub_metadata=hub_metadata(entry.approved if entry.approved and is_ours else None),
        now=now,
        languages=LANGUAGES,
        certificates=_certificates,
    )


def _to_decide(who: Colleague) -> int:
    """How many proposals wait for this colleague."""
    if not who.decides:
        return 0
    return rooms().database.read(
        lambda connection: listings.count_of(connection, Wanted(State.WAITING), who)
    )


def _in_production(connection: Connection, entry: Entry, who: Colleague) -> str | None:
    """The id of the entry in production, beside one for test."""
    if entry.proposed.policy.environment is not Environment.TEST:
        return None
    try:
        twin = changes.entry_of(connection, entry.proposed.entity_id)
    except NotRegistered:
        return None
    id = twin.proposed.id
    return id if listings.entity_of(connection, id, who) else None


def _certificates(sp: ServiceProvider) -> list[tuple[str, Certificate]]:
    """Each certificate with what it is for."""
    encryption = [("encryption", key.certificate) for key in sp.description.encryption_keys]
    return [*(("signing", one) for one in sp.signing_certificates), *encryption]
