"""What pages show of a service provider: its name, its texts, the way back to it."""

from hub.web.pages import reader_locale
from metadata.description import LocalisedText
from sp_registry.service_provider import ServiceProvider

FALLBACKS = ("nb", "nn", "no", "en")  # what a Norwegian reader makes most of


def name_of(sp: ServiceProvider) -> str:
    return sp.name((reader_locale(), *FALLBACKS))


def readable(localised: LocalisedText) -> str | None:
    """The text that this reader understands best; None if there is none they might read."""
    by_language = dict(reversed(localised))
    known = (by_language.get(code) for code in (reader_locale(), *FALLBACKS))
    return next(filter(None, known), None)


def home_of(sp: ServiceProvider) -> str | None:
    """Where "back to the service" leads: as agreed with it, else as its metadata says."""
    return sp.policy.return_url or readable(sp.description.information_urls)
