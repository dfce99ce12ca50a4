"""Who is at the help desk, and what they work with.

Staff log in with MinID itself.  Whoever acts has proved who they are lately; auditors
look and do nothing.
"""

from dataclasses import dataclass
from typing import NoReturn, cast

from flask import abort, current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response

from hub import levels
from hub.current import now, outside
from hub.person import Person
from hub.registry.staff import MinidVisitor
from hub.support.cases import Case
from hub.web import browser, staying
from metadata.level import Level
from sp_registry import arrival
from sp_registry.pages.rooms import FRESH, Visit
from sp_registry.seams import Audit, Database
from sp_registry.staff import Colleague, Staff

EXTENSION = "minid-support"


@dataclass(frozen=True, slots=True)
class Roster:
    """Where it stands who is of the staff."""

    database: Database
    audit: Audit

    @property
    def staff(self) -> Staff:
        return Staff(self.database, self.audit)


def roster() -> Roster:
    return cast(Roster, current_app.extensions[EXTENSION])


def names() -> dict[str, str]:
    return roster().staff.names()


def let_staff_in() -> None:
    """Run before every view."""
    session = browser.session_here()
    if session is None or (levels.level_of_proofs(session.proofs) or 0) < Level.SUBSTANTIAL:
        to_login()
    staying.use(session)
    at, book = session.authenticated_at, roster()
    found = arrival.arrived(book.database, book.audit, session.person_id, at, now())
    if found is None or not found.sees_help:
        abort(make_response(render_template("support/no_access.html"), 403))
    g.support_visit = Visit(session.person_id, session.authenticated_at)
    g.support_colleague = found


def colleague() -> Colleague:
    return cast(Colleague, g.support_colleague)


def to_login(back: str | None = None) -> NoReturn:
    """Leave for a login that leads back: to this page, or to the one that has the form."""
    here = back or (request.path if request.method == "GET" else "/support")
    abort(MinidVisitor().to_login(here))


def helper(back: str | None = None) -> Colleague:
    """Somebody who may act, and whose login is young."""
    who = colleague()
    if not who.helps:
        abort(404)
    visit = cast(Visit, g.support_visit)
    if now() - visit.authenticated_at > FRESH:
        to_login(back)
    return who


def case_of(handle: str) -> tuple[Case, Person]:
    """This colleague's own case; over, unknown or another's: the person is looked up anew."""
    found = outside().store.cases.find(handle, colleague().person_id, now())
    if found is None:
        abort(case_is_over())
    return found, outside().store.people.get(found.person_id)


def case_is_over() -> Response:
    return make_response(render_template("support/case_over.html"), 410)
