"""What every page shares: the reader's language, dates, and the values in the frame.

The msgids are the Nynorsk texts, so Nynorsk needs no catalogue; bokmål is shown
when nothing is known of the reader.  Which page is shown, and who may see it,
is not decided here.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import flask_babel
from babel import dates
from flask import Flask, Response, current_app, g, request

from hub.web.static_files import init_static

LOCALES: Mapping[str, str] = {
    "nb": "Bokmål",
    "nn": "Nynorsk",
    "se": "Davvisámegiella",
    "en": "English",
}
DEFAULT_LOCALE = "nb"
LOCALE_COOKIE = "minid_locale"
LOCALE_COOKIE_LIFE = 365 * 24 * 60 * 60  # a year, in seconds
THIS_VISIT = None  # the life of a cookie that goes when the browser is closed
OF_PROFILE = "-profile"  # ends its value where nobody asked for the language at this browser
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
TIMEZONE = ZoneInfo("Europe/Oslo")

# What browsers call our languages beside their own codes.
SPELLINGS = {"no": "nb", "nob": "nb", "nno": "nn", "sme": "se"}
# Plain `en` would give American dates.
DATE_LOCALES = {"en": "en_GB"}
# For `se` CLDR puts the year first, and knows the months in the nominative alone.
DAY_PATTERNS = {"en": "d MMMM y", "se": "MMMM d. 'b.' y"}
DAY_PATTERN = "d. MMMM y"
SAMI_MONTH, SAMI_MONTH_GENITIVE = "mánnu", "mánu"


def init_pages(app: Flask, is_https: bool) -> None:
    """Give the app its languages, template values and date filters."""
    app.config["SESSION_COOKIE_SECURE"] = is_https  # Flask's own word for what cookies are
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    flask_babel.Babel(
        app,
        default_locale=DEFAULT_LOCALE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=reader_locale,
    )
    init_static(app)
    app.context_processor(_frame)
    app.after_request(_remember_locale)
    app.add_template_filter(day)
    app.add_template_filter(clock)
    app.add_template_filter(moment)


def reader_locale() -> str:
    """The language of this answer.

    The reader's own choice, now or earlier, weighs most; then what the agency
    asked for; then what the person who logs in has chosen; then the browser's list.
    Worked out once per request.
    """
    known: str | None = g.get("reader_locale")
    if known is None:
        known = g.reader_locale = _reader_locale()
    return known


def _reader_locale() -> str:
    return (
        _asked_locale()
        or known_locale(_own_choice())
        or g.get("agency_locale")
        or g.get("person_locale")
        or known_locale(request.cookies.get(_locale_cookie(), ""))
        or accepted_or_default()
    )


def accepted_or_default() -> str:
    return accepted_locale(request.headers.get("Accept-Language", "")) or DEFAULT_LOCALE


def force_locale(code: str) -> None:
    """Use the language that the agency asked for, unless the reader has chosen one."""
    g.agency_locale = known_locale(code)
    g.pop("reader_locale", None)
    flask_babel.refresh()


def speak_as_chosen(language: str | None) -> None:
    """Speak as the person who has just logged in has chosen at Miside, for this visit, unless
    the reader or the agency asked for a language in it."""
    chosen, earlier = known_locale(language or ""), request.cookies.get(_locale_cookie())
    if _own_choice() or g.get("agency_locale") or not (chosen or earlier):
        return
    g.person_locale = chosen or accepted_or_default()  # not as whoever was here before
    _speak_from_now_on(g.person_locale + OF_PROFILE, THIS_VISIT)


def remember_locale(code: str) -> None:
    """The reader has chosen this language, otherwise than by a link."""
    _speak_from_now_on(code, LOCALE_COOKIE_LIFE)


def _own_choice() -> str:
    """The language of the cookie, unless it was only the profile's of who logged in."""
    kept = request.cookies.get(_locale_cookie(), "")
    return "" if kept.endswith(OF_PROFILE) else kept


def _speak_from_now_on(kept: str, life: int | None) -> None:
    g.new_locale = kept, life
    g.pop("reader_locale", None)
    flask_babel.refresh()


def known_locale(spelling: str) -> str | None:
    """Our code for a language tag such as `no-NO`; None for a language we do not have."""
    language = spelling.strip().lower().replace("_", "-").partition("-")[0]
    code = SPELLINGS.get(language, language)
    return code if code in LOCALES else None


@lru_cache(maxsize=256)
def accepted_locale(header: str) -> str | None:
    """The first of our languages in an Accept-Language header, by its weights."""
    weighed = [_weighed(part) for part in header.split(",")]
    wanted = sorted((w for w in weighed if w[0] > 0), key=lambda w: -w[0])
    return next((code for _, tag in wanted if (code := known_locale(tag))), None)


def _weighed(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    try:
        return float(parameter.replace(" ", "").removeprefix("q=") or 1), tag
    except ValueError:
        return 0.0, tag


def day(moment_of: datetime) -> str:
    """A date such as «3. mars 2026», in Norwegian time."""
    locale = reader_locale()
    pattern = DAY_PATTERNS.get(locale, DAY_PATTERN)
    local = moment_of.astimezone(TIMEZONE)
    written = dates.format_date(local.date(), pattern, DATE_LOCALES.get(locale, locale))
    return written.replace(SAMI_MONTH, SAMI_MONTH_GENITIVE) if locale == "se" else written


def clock(moment_of: datetime) -> str:
    """A time of day such as «14:05», in Norwegian time."""
    return moment_of.astimezone(TIMEZONE).strftime("%H:%M")


def moment(moment_of: datetime) -> str:
    """A date with its time of day."""
    return f"{day(moment_of)}, {clock(moment_of)}"


def _asked_locale() -> str | None:
    """The reader's own choice, by a link of ours.

    At a SAML endpoint the same parameter is the agency's wish for one login: kept as the
    reader's it would speak through to the answers of other agencies.
    """
    if request.path.startswith("/saml/") or request.method != "GET":
        return None
    return known_locale(request.args.get("locale", ""))


def _remember_locale(response: Response) -> Response:
    asked = _asked_locale()
    chosen = (asked, LOCALE_COOKIE_LIFE) if asked else g.get("new_locale")
    if chosen is not None:
        response.set_cookie(
            _locale_cookie(),
            chosen[0],
            max_age=chosen[1],
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _locale_cookie() -> str:
    """Its name, tied to this host and to https where there is https."""
    is_https = current_app.config["SESSION_COOKIE_SECURE"]
    return f"__Host-{LOCALE_COOKIE}" if is_https else LOCALE_COOKIE


def _frame() -> dict[str, object]:
    return {
        "request_id": g.get("request_id", ""),
        "csrf_token": _csrf_token,
        "locale": reader_locale(),
        "locales": tuple(LOCALES.items()),
    }


def _csrf_token() -> str:
    return str(g.get("csrf_token", ""))
