"""An invitation's own page: whoever has the link logs in with MinID, sees it, and says yes."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from sp_registry.humans import STAFF
from sp_registry.invitations import Invitation, InvitationOver
from sp_registry.pages.rooms import rooms, visitor


def show(secret: str) -> str | tuple[str, int]:
    try:
        found = rooms().invitations.of_link(secret, rooms().clock())
    except InvitationOver:
        return _page(None), 404
    return _page(found)


def accept(secret: str) -> Response | tuple[str, int]:
    try:
        rooms().invitations.accept(secret, visitor().person_id, rooms().clock())
    except InvitationOver:
        return _page(None), 409
    return redirect("/registry", 303)


def _page(found: Invitation | None) -> str:
    return render_template(
        "registry/invitation.html",
        invitation=found,
        own=found is not None and found.invited_by == STAFF + visitor().person_id,
    )
