"""The help desk's forms.  What is written in them the citizen reads on their own page."""

import re

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from hub.support.cases import Reason
from hub.web.forms import Required, identity_number, stripped, typed_digits

LONGEST_WORDS = 300
A_NUMBER = re.compile(r"\d(?:[\s.\-]*\d){4}")  # five digits: a number, a code, a telephone

REASONS = {
    Reason.LOST_CODES: _("Har mist PIN-kodane"),
    Reason.NO_SMS: _("Får ikkje SMS"),
    Reason.LOCKED_OUT: _("Er stengd ute"),
    Reason.MISUSED: _("Trur at andre brukar MinID-en"),
    Reason.LOGIN_FAILED: _("Får ikkje logga inn"),
    Reason.OTHER: _("Anna"),
}

CHOOSE_A_REASON = _("Vel kvifor du slår opp personen.")
UNKNOWN_HERE = _("Ingen med dette nummeret er kjend i MinID.")
YOURSELF = _("Du kan ikkje slå opp deg sjølv. Be ein kollega.")


def no_numbers(form: Form, field: Field) -> None:
    if len(field.data) > LONGEST_WORDS:
        raise StopValidation(str(_("Skriv kortare: høgst 300 teikn.")))
    if A_NUMBER.search(field.data):
        text = _("Ikkje skriv nummer eller kodar her. Personen kan lese det du skriv.")
        raise StopValidation(str(text))


def one_of_ours(form: Form, field: Field) -> None:
    if field.data not in {reason.value for reason in Reason}:
        raise StopValidation(str(CHOOSE_A_REASON))


def words_field() -> StringField:
    return StringField(
        _("Kva saka gjeld"),
        [Required(_("Skriv kort kva saka gjeld.")), no_numbers],
        filters=[stripped],
        description=_("Personen kan lese dette på sida si. Ikkje skriv nummer eller kodar."),
        render_kw={"autocomplete": "off"},
    )


class LookUpForm(Form):
    national_id = StringField(
        _("Fødselsnummer eller D-nummer"),
        [Required(_("Skriv inn nummeret til den som ringjer.")), identity_number],
        filters=[typed_digits],
        description=_("11 siffer"),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
    )
    # A list of choices in the template: the field itself takes any text.
    reason = StringField(_("Grunn"), [Required(CHOOSE_A_REASON), one_of_ours])
    words = words_field()


class WordsForm(Form):
    """Why something is done; an act of the usual kind has the words of its case."""

    words = words_field()


class TraceForm(Form):
    request_id = StringField(
        _("Referanse"),
        [Required(_("Skriv referansen som står nedst på sida."))],
        filters=[stripped],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
