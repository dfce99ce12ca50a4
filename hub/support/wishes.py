"""What takes two: a colleague has asked for it, and another one does it or says no."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.current import now, outside
from hub.support import pages, room
from hub.support.acts import Deed
from hub.support.cases import Wish
from hub.support.state import state_of


def show(id: str) -> str:
    wish = wish_of(id)
    person = outside().store.people.get(wish.person_id)
    return render_template(
        "support/wish.html",
        wish=wish,
        state=state_of(outside().store, person, now()),
        is_own=wish.wished_by == room.colleague().by,
        is_about_oneself=wish.person_id == room.colleague().person_id,
        names=room.names(),
    )


def decide(id: str) -> Response:
    """Done by another colleague than the one who asked, and never to one's own account."""
    who, wish = room.helper(back=url_for("support.wish", id=id)), wish_of(id)
    if wish.person_id == who.person_id:
        abort(404)
    person = outside().store.people.get(wish.person_id)
    deed = pages.deed_of(wish.reason, wish.words, person, wish)
    if "refuse" in request.form:
        refuse(wish, deed)
    elif (is_done := pages.carried_out(wish.act, deed)) is not None:
        case, done = case_after(deed), wish.act.value if is_done else "no-letter"
        return redirect(url_for("support.show", handle=case, done=done), 303)
    return redirect(url_for("support.front"), 303)


def case_after(deed: Deed) -> str:
    """A case of whoever has done it, to see what came of it."""
    return pages.opened(deed.reason, deed.words, deed.person, deed.at)


def refuse(wish: Wish, deed: Deed) -> None:
    def act() -> None:
        if deed.store.cases.withdraw(wish.id, deed.at):
            deed.on_record("support-refused", act=wish.act.value)

    deed.store.together(act)


def wish_of(id: str) -> Wish:
    waiting = outside().store.cases.wishes(now())
    found = next((wish for wish in waiting if wish.id == id), None)
    return found or abort(404)
