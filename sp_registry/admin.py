"""The registry's pages: who may come in, and which view has which address.

The work itself is the commands' own (`desk`, `onboarding`, `publishing`); what the views
add is who is there, and what they see.
"""

from collections.abc import Callable

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from sp_registry import organisations
from sp_registry.pages import (
    calendar,
    caring,
    deciding,
    health,
    history,
    hooks,
    impacts,
    invitation,
    past,
    people,
    providers,
    registering,
    rolling,
    rooms,
    snapshots,
    traces,
    versions,
)
from sp_registry.pages.rooms import Rooms
from sp_registry.remarks import remark_of

View = Callable[..., ResponseReturnValue]
Views = tuple[tuple[str, View], ...]

READING: Views = (
    ("", providers.listing),
    ("/sp/<id>", providers.show),
    ("/sp/<id>/versions/<version>", versions.show),
    ("/sp/<id>/versions/<version>/xml", versions.xml),
    ("/sp/<id>/at", past.of_one),
    ("/sp/<id>/health", health.show),
    ("/sp/<id>/health.csv", health.table),
    ("/calendar", calendar.show),
    ("/calendar/hook/<id>", hooks.show),
    ("/feeds/<secret>/certificates.ics", calendar.as_ical),
    ("/feeds/<secret>/certificates.atom", calendar.as_atom),
    ("/care", caring.show),
    ("/keys", caring.keys),
    ("/trace", traces.blank),
    ("/trace/<reference>", traces.show),
    ("/impact", impacts.show),
    ("/new", registering.blank),
    ("/history", history.show),
    ("/people", people.listing),
    ("/people/invite", people.blank),
    ("/invitation/<secret>", invitation.show),
    ("/snapshots", snapshots.listing),
    ("/snapshots/<int(max=2147483647):number>", snapshots.show),
)
WRITING: Views = (
    ("/sp/<id>/approve", deciding.approve),
    ("/sp/<id>/reject", deciding.reject),
    ("/sp/<id>/suspend", deciding.suspend),
    ("/sp/<id>/resume", deciding.resume),
    ("/sp/<id>/comment", deciding.comment),
    ("/sp/<id>/rollout", rolling.begin),
    ("/sp/<id>/rollout/full", rolling.complete),
    ("/sp/<id>/rollout/back", rolling.take_back),
    ("/sp/<id>/rollout/report", rolling.report),
    ("/sp/<id>/versions/<version>", versions.restore),
    ("/new", registering.sent),
    ("/trace", traces.asked),
    ("/calendar/feed", calendar.make_feed),
    ("/calendar/feed/revoke", calendar.revoke),
    ("/calendar/hook", hooks.make),
    ("/calendar/hook/<id>/test", hooks.test),
    ("/calendar/hook/<id>/renew", hooks.renew),
    ("/calendar/hook/<id>/remove", hooks.remove),
    ("/sp/<id>/attest", caring.attest),
    ("/people/invite", people.invite),
    ("/people/revoke", people.revoke),
    ("/people/withdraw", people.withdraw),
    ("/invitation/<secret>", invitation.accept),
    ("/snapshots/<int(max=2147483647):number>", snapshots.go_back),
)


def blueprint(work: Rooms) -> Blueprint:
    """Everything under `/registry`: for logged-in staff, but for what `rooms` leaves out."""
    pages = Blueprint("registry", __name__, url_prefix="/registry")
    pages.record_once(lambda state: state.app.extensions.update({rooms.EXTENSION: work}))
    pages.before_request(rooms.let_staff_in)
    pages.context_processor(lambda: _frame(work))
    for method, views in (("GET", READING), ("POST", WRITING)):
        for address, view in views:
            pages.add_url_rule(address, _name(view), view, methods=[method])
    return pages


def _frame(work: Rooms) -> dict[str, object]:
    """What every page is given: who reads it, and what people and organisations are called."""
    return {
        "colleague": g.get("registry_colleague"),
        "single_approver": work.mode.single_approver,
        "names": work.staff.names(),
        "remark_of": remark_of,
        "organisation_names": work.database.read(organisations.names),
    }


def _name(view: View) -> str:
    module = str(view.__module__).rpartition(".")[2]
    return f"{module}_{getattr(view, '__name__', '')}"
