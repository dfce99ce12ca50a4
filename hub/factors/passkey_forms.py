"""The forms that carry a passkey's answer: hidden parts, which the page's script fills in."""

from dataclasses import fields
from typing import TypeVar

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, StringField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from hub.factors.passkeys import Answer
from hub.web.forms import Required, stripped

LONGEST_NAME = 40

NO_PASSKEY = _("Nettlesaren sende ingen passnøkkel. Prøv igjen, eller vel ein annan måte.")
WRONG_PASSKEY = _("Vi kunne ikkje godta passnøkkelen. Prøv igjen, eller vel ein annan måte.")
KNOWN_PASSKEY = _("Denne passnøkkelen er lagd til før.")

F = TypeVar("F", bound=Form)


def short_name(form: Form, field: Field) -> None:
    if len(field.data) > LONGEST_NAME:
        raise StopValidation(str(_("Namnet kan ha høgst 40 teikn.")))


class NameForm(Form):
    name = StringField(
        _("Namn på passnøkkelen"),
        [Required(_("Gi passnøkkelen eit namn.")), short_name],
        filters=[stripped],
        description=_("Så du kjenner han att, til dømes «Mobilen min»."),
        render_kw={"autocomplete": "off"},
    )


class NewPasskeyForm(NameForm):
    credential_id = HiddenField()
    client_data = HiddenField()
    attestation = HiddenField()
    transports = HiddenField()


class PasskeyForm(Form):
    credential_id = HiddenField()
    client_data = HiddenField()
    authenticator_data = HiddenField()
    signature = HiddenField()


def answer_in(form: Form) -> Answer | None:
    """What the browser brought; None if its script did not run."""
    if not form["credential_id"].data:
        return None
    names = [each.name for each in fields(Answer) if each.name in form]
    return Answer(**{name: form[name].data or "" for name in names})


def saying(form: F, text: object) -> F:
    """The form with what is wrong with it; no field of it is the reader's to mend."""
    form.form_errors.append(str(text))
    return form
