"""The help desk's pages: find somebody, see how their account stands, and help.

A number is typed into a form and never stands in an address: what does is a random handle,
worth something to its opener alone and for half an hour.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub import attempts, audit
from hub.attempts import LOOK_UPS, UNKNOWN_LOOKED_UP
from hub.current import now, outside, request_id, settings
from hub.logout import unseen
from hub.logout.plan import Verdict
from hub.me.record import name_of
from hub.person import Person, read_number
from hub.seams.records import AuditEvent
from hub.support import acts, room
from hub.support.acts import Deed
from hub.support.cases import USUAL, Act, Case, Reason, Wish
from hub.support.forms import UNKNOWN_HERE, YOURSELF, LookUpForm, TraceForm, WordsForm
from hub.support.state import state_of
from hub.web.forms import refuse

DONE = frozenset({*(act.value for act in Act), "no-letter", "wished", "waits-already"})


def front() -> str:
    return front_page(LookUpForm())


def look_up() -> Response | str:
    """On record, and told to the person, before anything is shown."""
    form = LookUpForm(request.form)
    if not form.validate():
        return front_page(form)
    by, store = room.colleague().person_id, outside().store
    attempts.charge(store.attempts, now(), (LOOK_UPS, by))
    person = known(form.national_id.data or "")
    if person is None:
        unknown(form)
        refuse(form.national_id, UNKNOWN_HERE)
        return front_page(form)
    if person.id == by:
        refuse(form.national_id, YOURSELF)
        return front_page(form)
    reason, words = Reason(form.reason.data or ""), form.words.data or ""
    acts.looked_up(deed_of(reason, words, person))
    return redirect(url_for("support.show", handle=opened(reason, words, person, now())), 303)


def opened(reason: Reason, words: str, person: Person, at: datetime) -> str:
    """The handle of a new case of this colleague's."""
    case = Case(secrets.token_urlsafe(24), room.colleague().person_id, person.id, reason, words, at)
    outside().store.cases.open(case)
    return case.handle


def show(handle: str) -> str:
    case, person = room.case_of(handle)
    state = state_of(outside().store, person, now())
    done = request.args.get("done", "")
    return render_template(
        "support/case.html",
        case=case,
        state=state,
        usual=[act for act in USUAL[case.reason] if act in state.possible],
        others=[act for act in Act if act in state.possible and act not in USUAL[case.reason]],
        done=done if done in DONE else "",
        names=room.names(),
        name_of=name_of,
        services_told=services_told(case),
    )


def ask(handle: str, act: str) -> Response | str:
    case, person, wanted = possible(handle, act)
    room.helper()
    return act_page(case, person, wanted, WordsForm(words=case.words))


def take(handle: str, act: str) -> Response | str:
    room.helper(back=url_for("support.ask", handle=handle, act=act))
    case, person, wanted = possible(handle, act)
    form = WordsForm(request.form)
    if not form.validate():
        return act_page(case, person, wanted, form)
    deed = deed_of(case.reason, form.words.data or "", person)
    if wanted.takes_two:
        done = "wished" if wished(wanted, deed) else "waits-already"
    else:
        done = wanted.value if carried_out(wanted, deed) else "no-letter"
    return redirect(url_for("support.show", handle=handle, done=done), 303)


def front_page(form: LookUpForm) -> str:
    return render_template(
        "support/front.html",
        form=form,
        trace_form=TraceForm(),
        wishes=outside().store.cases.wishes(now()),
        names=room.names(),
    )


def act_page(case: Case, person: Person, act: Act, form: WordsForm) -> str:
    state = state_of(outside().store, person, now())
    return render_template("support/act.html", case=case, state=state, act=act, form=form)


def known(typed: str) -> Person | None:
    number = read_number(typed)
    return outside().store.people.find(number) if number.kind in settings().number_kinds else None


def unknown(form: LookUpForm) -> None:
    """Nobody has the number: that is said plainly, and a search through numbers is stopped."""
    who, store = room.colleague(), outside().store
    attempts.charge(store.attempts, now(), (UNKNOWN_LOOKED_UP, who.person_id))
    details = {"by": who.by, "reason": form.reason.data or "", "words": form.words.data or ""}
    event = AuditEvent(
        "support-looked-up-unknown", now(), request_id=request_id(), details=details
    )
    store.ledger.append(event)


def possible(handle: str, act: str) -> tuple[Case, Person, Act]:
    """The case and an act that can be done now; else back to how the account stands."""
    case, person = room.case_of(handle)
    if act not in {one.value for one in Act}:
        abort(404)
    wanted = Act(act)
    if wanted not in state_of(outside().store, person, now()).possible:
        abort(redirect(url_for("support.show", handle=handle), 303))
    return case, person, wanted


def deed_of(reason: Reason, words: str, person: Person, wish: Wish | None = None) -> Deed:
    by = room.colleague().by
    return Deed(
        outside().store, settings(), person, by, reason, words, request_id(), now(), wish
    )


def carried_out(act: Act, deed: Deed) -> bool | None:
    """Do it (see `acts.do`); services that somebody was logged in to are told where it can be."""
    ends = act in acts.ENDS_SESSIONS
    living = unseen.living(deed.person.id) if ends else []
    is_done = acts.do(act, deed)
    if is_done is not None:
        unseen.tell(deed.person.id, living)
    return is_done


def services_told(case: Case) -> Sequence[tuple[str, Verdict]]:
    """What became of the services when sessions were ended since this case was opened."""
    store = outside().store
    newest = store.history.of_person(case.person_id, (audit.SERVICES_TOLD,), 1)
    since = [event for event in newest if event.at >= case.opened_at]
    return [
        (name_of(entity_id), verdict)
        for event in since
        for entity_id, verdict in unseen.on_record(event).items()
    ]


def wished(act: Act, deed: Deed) -> bool:
    """Ask for a second colleague; False if the same waits already."""
    wish = Wish(
        secrets.token_urlsafe(24),
        act,
        deed.person.id,
        deed.reason,
        deed.words,
        deed.by,
        deed.at,
    )

    def keep() -> bool:
        is_new = deed.store.cases.wish(wish)
        if is_new:
            deed.on_record("support-wished", act=act.value)
        return is_new

    return deed.store.together(keep)
