"""The forms: the names of their inputs, and what counts as filled in.

The names are the public contract.  A form looks at what was typed and nothing
else: whether a number, password or code is right is for the steps.  Nothing
here limits how much may be pasted; spaces, dots and hyphens are dropped first.
Our own token against cross-site posts is checked by the hub, not by the forms.
"""

import re

import phonenumbers
from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.fields import Field
from wtforms.validators import StopValidation
from zxcvbn import zxcvbn

from hub.person import NotANumber, read_number

CODE = re.compile(r"[0-9]{6}")
EMAIL = re.compile(r"[^\s@,;<>\"]+@[\w-]+(\.[\w-]+)+")
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
WEAKEST_PASSWORD = 2  # zxcvbn's score: below this, few guesses are enough
ZXCVBN_READS = 72  # it refuses longer input

# Words that guessers of Norwegian passwords try first; zxcvbn knows English ones.
COMMON_WORDS = (
    "minid minidhub passord hemmeleg hemmelig noreg norge norsk sommar sommer vinter haust "
    "høst vår jul påske oslo bergen trondheim stavanger tromsø kjærleik kjærlighet elskar "
    "elsker fotball rosenborg brann vålerenga lillestrøm brukar bruker velkommen velkomen "
    "måndag mandag tysdag tirsdag onsdag torsdag fredag laurdag lørdag søndag januar februar "
    "mars april juni juli august september oktober november desember fødselsnummer pinkode "
    "skatteetaten altinn lånekassen mamma pappa familie hund katt sjokolade drikke kaffe"
).split()

# What the steps say of a form that was filled in but is not right.
WRONG_LOGIN = _("Fødselsnummeret eller passordet er ikkje rett. Prøv ein gong til.")
WRONG_PASSWORD = _("Passordet er ikkje rett, eller det finst ikkje noko passord til nummeret.")
WRONG_OR_NO_CODE = _("Koden er ikkje rett, eller han gjeld ikkje lenger.")
WRONG_SMS_CODE = _("Koden er ikkje rett. Sjå på meldinga ein gong til.")
SPENT_SMS_CODE = _("Koden gjeld ikkje lenger. Start innlogginga på nytt for å få ein ny.")
WRONG_TOTP = _("Koden er ikkje rett, eller han er brukt. Vent på neste kode i appen.")
WRONG_NEW_TOTP = _("Koden er ikkje rett. Sjekk at klokka på telefonen går rett.")
WRONG_PIN = _("PIN-koden er ikkje rett. Sjekk at du les rett nummer på rett ark.")
WRONG_PINS = _("PIN-kodane er ikkje rette. Sjekk at du les rette nummer på rett ark.")


def typed_digits(typed: str | None) -> str | None:
    """What was typed without the spaces, dots and hyphens that people group digits with."""
    return None if typed is None else re.sub(r"[\s.\-\u2010-\u2015]", "", typed)


def refuse(field: Field, text: object) -> None:
    """Set an error on a field after the form itself was found to be filled in."""
    field.errors = [*field.errors, str(text)]


class Required:
    """Stops at an empty field with a text that says what to write."""

    field_flags = {"required": True}

    def __init__(self, text: object) -> None:
        self.text = text

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(self.text))


class CodeField(StringField):
    """A code that is never sent back to the page."""

    def _value(self) -> str:
        return ""


def identity_number(form: Form, field: Field) -> None:
    if not re.fullmatch(r"[0-9]{11}", field.data):
        raise StopValidation(str(_("Fødselsnummeret skal ha 11 siffer.")))
    try:
        read_number(field.data)
    except NotANumber as error:
        text = _("Dette er ikkje eit gyldig fødselsnummer. Sjekk om du har skrive feil.")
        raise StopValidation(str(text)) from error


def six_digits(form: Form, field: Field) -> None:
    if not CODE.fullmatch(field.data):
        raise StopValidation(str(_("Koden skal ha 6 siffer.")))


def hard_to_guess(form: Form, field: Field) -> None:
    """Length, and how soon a guesser would find it; no rule of composition (800-63B 5.1.1)."""
    if len(field.data) < SHORTEST_PASSWORD:
        raise StopValidation(str(_("Passordet må ha minst 8 teikn.")))
    if len(field.data) > LONGEST_PASSWORD:
        raise StopValidation(str(_("Passordet kan ha høgst 256 teikn.")))
    if zxcvbn(field.data[:ZXCVBN_READS], user_inputs=COMMON_WORDS)["score"] < WEAKEST_PASSWORD:
        text = _(
            "Dette passordet er lett å gjette. Prøv eit lengre, til dømes tre eller fire ord "
            "som ikkje høyrer saman."
        )
        raise StopValidation(str(text))


def stripped(typed: str | None) -> str | None:
    return None if typed is None else typed.strip()


def email_address(form: Form, field: Field) -> None:
    """Whether it looks like an address; the code that is sent there tells the rest."""
    if not is_email_address(field.data):
        raise StopValidation(str(_("Dette er ikkje ei gyldig e-postadresse.")))


def is_email_address(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def mobile_number(form: Form, field: Field) -> None:
    """A mobile number, Norwegian unless it has a country code; becomes E.164."""
    try:
        number = phonenumbers.parse(field.data, "NO")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not _can_get_sms(number):
        text = _("Dette er ikkje eit gyldig mobilnummer. Norske nummer har 8 siffer.")
        raise StopValidation(str(text))
    field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _can_get_sms(number: phonenumbers.PhoneNumber) -> bool:
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(number)
    return phonenumbers.is_valid_number(number) and kind in (
        kinds.MOBILE,
        kinds.FIXED_LINE_OR_MOBILE,
    )


class SameAs:
    """The second of two equal entries.  Runs after the first has been put in its one form."""

    def __init__(self, first: str, text: object) -> None:
        self.first = first
        self.text = text

    def __call__(self, form: Form, field: Field) -> None:
        if field.data != form[self.first].data:
            raise StopValidation(str(self.text))


def national_id_field() -> StringField:
    return StringField(
        _("Fødselsnummer eller D-nummer"),
        [Required(_("Skriv inn fødselsnummeret ditt.")), identity_number],
        filters=[typed_digits],
        description=_("11 siffer"),
        render_kw={"autocomplete": "username", "inputmode": "numeric", "spellcheck": "false"},
    )


def pin_field(label: str) -> CodeField:
    return CodeField(
        label,
        [Required(_("Skriv inn PIN-koden frå arket.")), six_digits],
        filters=[typed_digits],
        description=_("6 siffer"),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
    )


class LoginForm(Form):
    national_id = national_id_field()
    password = PasswordField(
        _("Passord"),
        [Required(_("Skriv inn passordet ditt."))],
        render_kw={"autocomplete": "current-password"},
    )


class SmsCodeForm(Form):
    otp = CodeField(
        _("Kode frå SMS"),
        [Required(_("Skriv inn koden frå meldinga.")), six_digits],
        filters=[typed_digits],
        description=_("6 siffer"),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class LetterPinForm(Form):
    """`pin_number` is for reading; the server trusts the number it asked for itself."""

    pin = pin_field(_("PIN-kode"))
    pin_number = HiddenField()


class RegisterNumberForm(Form):
    national_id = national_id_field()


class RegisterPinsForm(Form):
    pin_1 = pin_field(_("Første PIN-kode"))
    pin_2 = pin_field(_("Andre PIN-kode"))
    pin_1_number = HiddenField()
    pin_2_number = HiddenField()


class PinsBlockForm(Form):
    """The password is one way of two to have the codes blocked at once."""

    password = PasswordField(
        _("Passord"),
        [Required(_("Skriv inn passordet ditt, eller vel ein annan måte."))],
        render_kw={"autocomplete": "current-password"},
    )


class TotpForm(Form):
    otp = CodeField(
        _("Kode frå appen"),
        [Required(_("Skriv inn koden frå appen.")), six_digits],
        filters=[typed_digits],
        description=_("6 siffer. Koden blir bytt kvart halve minutt."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NewPasswordForm(Form):
    new_password = PasswordField(
        _("Nytt passord"),
        [Required(_("Vel eit passord.")), hard_to_guess],
        description=_("Minst 8 teikn. Eit langt passord er betre enn eit innvikla."),
        render_kw={"autocomplete": "new-password"},
    )
    new_password_again = PasswordField(
        _("Nytt passord ein gong til"),
        [
            Required(_("Skriv passordet ein gong til.")),
            SameAs("new_password", _("Dei to passorda er ikkje like.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class MobileForm(Form):
    mobile = StringField(
        _("Mobilnummer"),
        [Required(_("Skriv inn mobilnummeret ditt.")), mobile_number],
        description=_("Utanlandske nummer må ha landkode, til dømes +46."),
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    mobile_again = StringField(
        _("Mobilnummer ein gong til"),
        [
            Required(_("Skriv mobilnummeret ein gong til.")),
            mobile_number,
            SameAs("mobile", _("Dei to nummera er ikkje like.")),
        ],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


class EmailForm(Form):
    email = StringField(
        _("E-postadresse"),
        [Required(_("Skriv inn e-postadressa di.")), email_address],
        filters=[stripped],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    email_again = StringField(
        _("E-postadresse ein gong til"),
        [
            Required(_("Skriv e-postadressa ein gong til.")),
            SameAs("email", _("Dei to adressene er ikkje like.")),
        ],
        filters=[stripped],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )


class MailCodeForm(Form):
    otp = CodeField(
        _("Kode frå e-posten"),
        [Required(_("Skriv inn koden frå e-posten.")), six_digits],
        filters=[typed_digits],
        description=_("6 siffer"),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
