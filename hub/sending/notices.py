"""Notices: telling people what was done with their MinID, wherever they can be reached.

Each goes to the registered mobile and e-mail, and to the ones just replaced; somebody
with neither gets it by letter.  A notice holds no number, code or name and no link: it
says what happened, and what to do if it was not the reader's own doing.

What strangers can bring about without logging in is told three times a day at most.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.attempts import DAY
from hub.current import now, outside
from hub.person import Person
from hub.seams.logins import Limit
from hub.seams.outbox import Outgoing
from hub.seams.store import Store
from hub.sending.outbox import a_letter_notice, a_mail, an_sms
from hub.settings import Settings
from hub.web.marked import _
from hub.web.pages import DEFAULT_LOCALE, TRANSLATIONS, known_locale

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
KEPT = timedelta(days=3)  # a notice that nobody took for so long is old news
KEPT_ON_PAPER = timedelta(days=14)


class Notice(StrEnum):
    PASSWORD_CHANGED = "password-changed"
    MOBILE_CHANGED = "mobile-changed"
    EMAIL_CHANGED = "email-changed"
    PINS_ORDERED = "pins-ordered"
    PINS_BLOCKED = "pins-blocked"
    PINS_BLOCK_WAITS = "pins-block-waits"
    PINS_SUSPENDED = "pins-suspended"
    TOTP_SUSPENDED = "totp-suspended"
    NEW_DEVICE = "new-device"
    METHOD_ADDED = "method-added"
    METHOD_REMOVED = "method-removed"
    ACCOUNT_CLOSED = "account-closed"
    ACCOUNT_REOPENED = "account-reopened"
    RECOVERY_WAITS = "recovery-waits"
    RECOVERY_DONE = "recovery-done"
    NOT_ME = "this-was-not-me"
    LOOKED_UP = "looked-up"
    UNLOCKED = "unlocked"
    WAIT_STOPPED = "wait-stopped"
    SESSIONS_ENDED = "sessions-ended"
    RECOVERY_BY_LETTER = "recovery-by-letter"


# Strangers who know a number can bring these about: no one's telephone is to be flooded.
BY_STRANGERS = frozenset(
    {
        Notice.PINS_ORDERED,
        Notice.PINS_BLOCK_WAITS,
        Notice.PINS_SUSPENDED,
        Notice.TOTP_SUSPENDED,
        Notice.RECOVERY_WAITS,
    }
)
# Per person and notice, so that a flood of one never hides another.
FROM_STRANGERS = Limit("notice-by-strangers", free=3, longest=DAY, window=DAY, most=3)
FROM_OWNER = Limit("notice", free=20, longest=DAY, window=DAY, most=20)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where somebody could be reached until now."""

    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


NO_OTHERS = Contacts()


# Subject, and what happened.  The SMS has the second alone.
TEXTS: Mapping[Notice, tuple[str, str]] = {
    Notice.PASSWORD_CHANGED: (_("Passordet er endra"), _("Passordet ditt i MinID er endra.")),
    Notice.MOBILE_CHANGED: (
        _("Mobilnummeret er endra"),
        _("Mobilnummeret ditt i MinID er endra."),
    ),
    Notice.EMAIL_CHANGED: (
        _("E-postadressa er endra"),
        _("E-postadressa di i MinID er endra."),
    ),
    Notice.PINS_ORDERED: (
        _("Nye PIN-kodar er bestilte"),
        _("Nye PIN-kodar til MinID er bestilte og kjem i posten."),
    ),
    Notice.PINS_BLOCKED: (
        _("PIN-kodane er sperra"),
        _("PIN-kodane dine til MinID er sperra."),
    ),
    Notice.PINS_BLOCK_WAITS: (
        _("PIN-kodane blir sperra"),
        _("Nokon har bede om å sperre PIN-kodane dine til MinID. Det skjer om 24 timar. Logg "
          "inn på MinID for å stoppe det."),
    ),
    Notice.PINS_SUSPENDED: (
        _("PIN-kodane er sette ut av bruk"),
        _("PIN-kodane dine til MinID er sette ut av bruk eit døgn etter fleire feil kodar."),
    ),
    Notice.TOTP_SUSPENDED: (
        _("Kodeappen er sett ut av bruk"),
        _("Kodeappen din er sett ut av bruk i MinID eit døgn etter fleire feil kodar."),
    ),
    Notice.NEW_DEVICE: (
        _("Innlogging frå ei ny eining"),
        _("Nokon har logga inn med MinID-en din på ei ny eining."),
    ),
    Notice.METHOD_ADDED: (
        _("Ein ny innloggingsmåte er lagd til"),
        _("Ein ny måte å logge inn på er lagd til i MinID-en din."),
    ),
    Notice.METHOD_REMOVED: (
        _("Ein innloggingsmåte er fjerna"),
        _("Ein måte å logge inn på er fjerna frå MinID-en din."),
    ),
    Notice.ACCOUNT_CLOSED: (_("MinID er stengd"), _("MinID-en din er stengd.")),
    Notice.ACCOUNT_REOPENED: (_("MinID er opna att"), _("MinID-en din er opna att.")),
    Notice.RECOVERY_WAITS: (
        _("Nytt passord er på veg"),
        _("Nokon har bede om å velje nytt passord til MinID-en din utan mobilen. Det kan skje "
          "om 72 timar. Logg inn på MinID for å stoppe det."),
    ),
    Notice.RECOVERY_DONE: (
        _("Nytt passord er valt utan mobil"),
        _("Det er valt nytt passord til MinID-en din utan mobilen."),
    ),
    Notice.NOT_ME: (
        _("MinID er sikra"),
        _("Du meldte frå om noko du ikkje kjende att. Alle innloggingar er avslutta, og "
          "PIN-kodane er sperra."),
    ),
    Notice.LOOKED_UP: (
        _("Brukarstøtta har sett på MinID-en din"),
        _("Brukarstøtta har sett på opplysningane om MinID-en din. Grunnen står på sida di."),
    ),
    Notice.UNLOCKED: (
        _("MinID er låst opp"),
        _("Brukarstøtta har låst opp MinID-en din etter feil forsøk."),
    ),
    Notice.WAIT_STOPPED: (
        _("Det som venta, er stoppa"),
        _("Brukarstøtta har stoppa det som var på veg til å skje med MinID-en din."),
    ),
    Notice.SESSIONS_ENDED: (
        _("Du er logga ut"),
        _("Brukarstøtta har logga deg ut av MinID overalt."),
    ),
    Notice.RECOVERY_BY_LETTER: (
        _("Brev for nytt passord utan mobil"),
        _("Brukarstøtta sender deg eit brev. Med PIN-kodane i det kan du velje nytt passord til "
          "MinID utan mobilen. Logg inn på MinID for å stoppe det."),
    ),
}
NOT_YOU = _("Var det ikkje deg? Ring %(phone)s.")
NOT_YOU_NO_PHONE = _("Var det ikkje deg? Ta kontakt med brukarstøtta.")


def tell(person_id: str, notice: Notice, formerly: Contacts = NO_OTHERS) -> None:
    """Put a notice to this person into the outbox; inside `Store.together` it is one act
    with what it tells of.  `formerly`: contacts that were just replaced, to be told too."""
    world = outside()
    put(world.store, world.settings, person_id, notice, now(), formerly)


def put(
    store: Store,
    settings: Settings,
    person_id: str,
    notice: Notice,
    at: datetime,
    formerly: Contacts = NO_OTHERS,
) -> None:
    """`tell` for those without a request: background work and commands."""
    limit = FROM_STRANGERS if notice in BY_STRANGERS else FROM_OWNER
    if store.attempts.charge(limit, f"{person_id} {notice}", at) is not None:
        return
    person = store.people.get(person_id)
    store.outbox.put(messages(person, notice, formerly, settings, at), at)


def messages(
    person: Person, notice: Notice, formerly: Contacts, settings: Settings, at: datetime
) -> Sequence[Outgoing]:
    """The messages of a notice: to each mobile, each e-mail address, or the letter box."""
    language = known_locale(person.language or "") or DEFAULT_LOCALE
    subject, _what = (translated(text, language) for text in TEXTS[notice])
    short, until = short_text(notice, language, settings), at + KEPT
    found = [
        an_sms(to, f"MinID: {short}", notice, until, person.id)
        for to in each(person.mobile, formerly.mobile)
    ]
    text = mail_text(short, language, settings)
    found += [
        a_mail(to, f"MinID: {subject}", text, notice, until, person.id)
        for to in each(person.email, formerly.email)
    ]
    if found:
        return found
    return [a_letter_notice(person.id, subject, short, language, notice, at + KEPT_ON_PAPER)]


def each(*contacts: str | None) -> Iterator[str]:
    """The ones that there are, each once."""
    yield from dict.fromkeys(contact for contact in contacts if contact)


def short_text(notice: Notice, language: str, settings: Settings) -> str:
    what = translated(TEXTS[notice][1], language)
    if not settings.support_phone:
        return f"{what} {translated(NOT_YOU_NO_PHONE, language)}"
    asked = translated(NOT_YOU, language) % {"phone": settings.support_phone}
    return f"{what} {asked}"


def mail_text(short: str, language: str, settings: Settings) -> str:
    environment = mail_templates(language)
    return environment.get_template("notice.txt").render(
        text=short, support_email=settings.support_email
    )


def translated(msgid: str, language: str) -> str:
    return str(catalogue(language).gettext(msgid))


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts in this language; without a catalogue (Nynorsk) the msgids themselves."""
    return Translations.load(TRANSLATIONS, [language])


@cache
def mail_templates(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # plain text: nothing is to be escaped
    environment.globals.update(
        gettext=catalogue(language).gettext, ngettext=catalogue(language).ngettext
    )
    return environment
