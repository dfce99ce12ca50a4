"""Explain a request by its reference: what was decided, and what to tell the caller.

A story is about a message or a form; whose it was stands in none of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from hub.current import now, outside, request_id
from hub.error_catalogue import AGENCY, CATALOGUE, CITIZEN, Explained
from hub.error_pages import OURS, PAGES, REFUSED
from hub.seams.records import AuditEvent, Told
from hub.support import room
from hub.web import forms
from sp_registry.watch import REFERENCE

DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{5,}(?![0-9A-Za-z])")
CODE = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)+): ")
CODE_AT_END = re.compile(r"\(([a-z0-9]+(?:-[a-z0-9]+)+)\)$")
THROTTLED = _("Vent til klokkeslettet som står på sida, og prøv så igjen.")

# A step, how its detail begins, and what that means.
WORDS: tuple[tuple[str, str, object], ...] = (
    ("accepted", "", _("Meldinga frå tenesta vart godteken.")),
    ("decided", "Answer", _("Innlogginga som fanst, var nok for tenesta.")),
    ("decided", "Ask", _("Personen måtte logge inn.")),
    ("decided", "Refuse", _("Det som tenesta bad om, kan MinID ikkje gi.")),
    ("password", "right", _("Passordet var rett.")),
    ("password", "number or password", _("Nummeret eller passordet var feil.")),
    ("PIN", "wrong", _("PIN-koden var feil.")),
    ("PIN", "right", _("PIN-koden var rett.")),
    ("PINs", "wrong", _("Minst éin av dei to PIN-kodane var feil.")),
    ("PINs", "right", _("Begge PIN-kodane var rette.")),
    ("SMS", "a code", _("Ein kode vart lagd ut for sending på SMS.")),
    ("SMS", "the code", _("Det vart prøvd ein kode frå SMS.")),
    ("SMS", "n", _("SMS kunne ikkje sendast no.")),
    ("logged in", "", _("Personen vart logga inn.")),
    ("login", "", _("Innlogginga stoppa noko som venta på å skje.")),
    ("recovery", "", _("Nytt passord utan mobil er bede om.")),
    ("repeated", "", _("Den same meldinga kom ein gong til.")),
    ("signed", "", _("Svaret vart signert.")),
    ("answered with a status", "", _("Tenesta fekk svar om at innlogginga ikkje gjekk.")),
    ("answered", "", _("Svaret gjekk til tenesta.")),
    ("resolved", "", _("Tenesta henta svaret.")),
    ("no answer", "", _("Tenesta bad om eit svar som ikkje finst lenger.")),
    ("contact register", "", _("Kontaktregisteret svarte ikkje.")),
    ("logged out", "", _("Personen vart logga ut.")),
    ("refused", "", _("Avvist.")),
)
# Mistakes that are told on the page itself and are no errors of ours.
SAID: tuple[tuple[str, str, object], ...] = (
    ("password", "number or password", forms.WRONG_LOGIN),
    ("PIN", "wrong", forms.WRONG_PIN),
    ("PINs", "wrong", forms.WRONG_PINS),
    ("SMS", "the code for login was wrong", forms.WRONG_SMS_CODE),
    ("SMS", "the code for login was spent", forms.SPENT_SMS_CODE),
)


@dataclass(frozen=True, slots=True)
class Step:
    words: object  # lazy; empty for a step that has none
    told: Told


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it ended as it did, and what helps the caller."""

    whose: str
    say: object
    advice: object
    error: Explained | None  # the catalogue's, if it is an error of ours


def asked() -> Response:
    reference = request.form.get("request_id", "").strip()
    if not REFERENCE.fullmatch(reference):
        return redirect(url_for("support.front"), 303)
    return redirect(url_for("support.explained", reference=reference), 303)


def show(reference: str) -> str:
    """What the trace has; that it was read is on record."""
    if not REFERENCE.fullmatch(reference):
        abort(404)
    told = outside().store.trace.story(reference)
    details = {"by": room.colleague().by, "request": reference}
    event = AuditEvent("trace-read", now(), request_id=request_id(), details=details)
    outside().store.ledger.append(event)
    steps = [Step(words_of(each), masked(each)) for each in told]
    return render_template(
        "support/explain.html", reference=reference, steps=steps, cause=cause_of(told)
    )


def words_of(told: Told) -> object:
    return meant(WORDS, told) or ""


def masked(told: Told) -> Told:
    """No number is to be in a trace; should one be, it goes no further."""
    return Told(told.step, DIGITS.sub("•••••", told.detail), told.at)


def cause_of(story: Sequence[Told]) -> Cause | None:
    """The last thing that went wrong; None if nothing did."""
    for told in reversed(story):
        said = meant(SAID, told)
        if said is not None:
            return Cause(CITIZEN, said, "", None)
        error = CATALOGUE.get(code_of(told))
        if error is not None:
            if error.code == "too-many-attempts":
                return Cause(error.whose, THROTTLED, "", error)
            page = PAGES.get(error.code) or (REFUSED if error.whose == AGENCY else OURS)
            return Cause(error.whose, page.text, page.advice, error)
    return None


def code_of(told: Told) -> str:
    """The code of an error, where a step tells one."""
    if told.step == "refused":
        found = CODE.match(told.detail)
    else:
        found = CODE_AT_END.search(told.detail)
    return found.group(1) if found else ""


def meant(table: tuple[tuple[str, str, object], ...], told: Told) -> object | None:
    return next(
        (
            words
            for step, beginning, words in table
            if told.step == step and told.detail.startswith(beginning)
        ),
        None,
    )
