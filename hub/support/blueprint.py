"""Which view of the help desk has which address."""

from collections.abc import Callable

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from hub.support import explain, pages, room, wishes
from hub.support.forms import REASONS
from sp_registry.seams import Audit, Database

View = Callable[..., ResponseReturnValue]


def support_pages(database: Database, audit: Audit) -> Blueprint:
    """Everything under `/support`, for logged-in staff alone."""
    support = Blueprint("support", __name__, url_prefix="/support")
    roster = room.Roster(database, audit)
    support.record_once(lambda state: state.app.extensions.update({room.EXTENSION: roster}))
    support.before_request(room.let_staff_in)
    support.context_processor(
        lambda: {"colleague": g.get("support_colleague"), "reasons": REASONS}
    )
    views: tuple[tuple[str, str, str, View], ...] = (
        ("GET", "", "front", pages.front),
        ("POST", "", "look_up", pages.look_up),
        ("GET", "/cases/<handle>", "show", pages.show),
        ("GET", "/cases/<handle>/<act>", "ask", pages.ask),
        ("POST", "/cases/<handle>/<act>", "take", pages.take),
        ("GET", "/wishes/<id>", "wish", wishes.show),
        ("POST", "/wishes/<id>", "decide", wishes.decide),
        ("POST", "/explain", "explain", explain.asked),
        ("GET", "/explain/<reference>", "explained", explain.show),
    )
    for method, address, name, view in views:
        support.add_url_rule(address, name, view, methods=[method])
    return support
