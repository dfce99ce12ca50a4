"""What was in force at a moment, and who approved it: of everything, or of one service."""

from flask import render_template, request

from sp_registry import past
from sp_registry.digest import LANGUAGES
from sp_registry.errors import UnknownSnapshot
from sp_registry.pages.asked import typed_moment
from sp_registry.pages.providers import visible
from sp_registry.pages.rooms import rooms
from sp_registry.service_provider import ServiceProvider


def of_one(id: str) -> str | tuple[str, int]:
    """Of one service, for whoever may see it as it is now."""
    entry = visible(id)
    return past_page(entry.approved or entry.proposed)


def past_page(sp: ServiceProvider | None) -> str | tuple[str, int]:
    """The page of the moment that was asked for; without one, only the question."""
    asked = request.args.get("at", "")
    at = typed_moment(asked)
    found = None
    is_before_all = False
    if at is not None:
        try:
            found = past.in_force_at(
                rooms().database, rooms().certificates, at, sp.key if sp else None
            )
        except UnknownSnapshot:
            is_before_all = True
    page = render_template(
        "registry/past.html",
        sp=sp,
        asked=asked,
        at=at,
        found=found,
        is_before_all=is_before_all,
        wrong="at" if asked and at is None else "",
        languages=LANGUAGES,
    )
    return (page, 422) if asked and at is None else page
