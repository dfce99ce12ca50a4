"""What is asked for beside the metadata, checked and made into a policy.

Pure.  The form and `minid sp add` ask in the same `Options`.  Whether the document is any
good, and whether a proposal may be approved, is judged in `onboarding`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from certs.certificate import Certificate
from metadata.algorithms import EXCEPTIONS
from metadata.description import Contact
from metadata.level import Level
from metadata.validate import DEVELOPMENT_HTTP_HOSTS
from sp_registry import addresses
from sp_registry.attribute_profiles import KNOWN_ATTRIBUTES, PAIRWISE, PROFILES, UID
from sp_registry.environment import Environment
from sp_registry.errors import RegistryError
from sp_registry.service_provider import LOGOUT_WISHES, Policy

DEMO_BASIS: Final = "demo"  # of no worth in production
REACHABLE: Final = Level.SUBSTANTIAL  # what the hub's steps can reach today
ON_BEHALF_OF: Final = re.compile(r"[A-Za-z0-9]{1,64}")  # as the extension's own schema has it
LONGEST_NAME: Final = 100  # characters of a name that stands on the login page
LONGEST_BASIS: Final = 300
NAME_LANGUAGES: Final = ("nb", "nn", "en", "se")
CONTACT_KINDS: Final = ("technical", "support", "administrative", "billing", "other")  # M§2.3.2.2
MOST_CONTACTS: Final = 20
EMAIL: Final = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[^\s@<>,;.]{2,63}")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # no name holds them, nor a second line
IMAGE_HASH: Final = re.compile(r"[0-9a-f]{64}")


class Refused(RegistryError):
    """The document or a wish cannot be taken in; `detail` is one sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Mode:
    """What the installation allows."""

    production: bool
    single_approver: bool = False  # a weakness, and shown as one
    environment: Environment = Environment.PRODUCTION  # that its hubs answer for

    @property
    def http_hosts(self) -> Collection[str]:
        """Where plain http is good enough."""
        return () if self.production else DEVELOPMENT_HTTP_HOSTS


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for; None leaves an approved policy as it is, an empty text takes away."""

    attributes: tuple[str, ...] | None = None
    profile: str | None = None  # V1, V2 or V3, instead of a list of attributes
    legal_basis: str | None = None  # of the identity number
    bases: tuple[tuple[str, str], ...] | None = None  # (attribute, legal basis) of all others
    minimum: int | None = None
    demand_signed: bool | None = None
    encrypt: bool | None = None
    read_as_minimum: bool | None = None
    idp_initiated: bool | None = None
    logout_wish: str | None = None  # one of LOGOUT_WISHES
    return_url: str | None = None
    on_behalf_of: tuple[tuple[str, str], ...] | None = None  # all that are to be registered
    exceptions: tuple[tuple[str, date], ...] | None = None  # (name of an algorithm, last day)
    display_names: tuple[tuple[str, str], ...] | None = None  # (language, name)
    organisation_number: str | None = None
    contacts: tuple[Contact, ...] | None = None
    source_url: str | None = None
    source_pins: tuple[Certificate, ...] | None = None
    environment: Environment | None = None  # None: the installation's own
    logo: str | None = None  # hash of a picture that `logos` has kept


def decided(options: Options, current: Policy, mode: Mode, now: datetime) -> Policy:
    """The policy that would hold; raises Refused for the first wish that cannot be met."""
    _require_to_come(options.exceptions or (), now)
    policy = _without_bare_uid(_wished(options, current), mode)
    _require_reachable(policy.minimum)
    _require_known(policy.attributes)
    _require_return_url(policy.return_url, mode)
    _require_organisation(policy.organisation_number)
    _require_on_behalf_of(policy.on_behalf_of)
    _require_names(policy.display_names)
    _require_contacts(policy.contacts)
    _require_logout(policy.logout_wish)
    _require_logo(policy.logo)
    _require_source(policy, mode)
    return policy


def _wished(options: Options, current: Policy) -> Policy:
    asked: dict[str, Any] = {
        "minimum": None if options.minimum is None else _level(options.minimum),
        "demand_signed_requests": options.demand_signed,
        "encrypt": options.encrypt,
        "read_as_minimum": options.read_as_minimum,
        "idp_initiated": options.idp_initiated,
        "logout_wish": options.logout_wish,
        "on_behalf_of": options.on_behalf_of,
        "algorithm_exceptions": _exceptions(options.exceptions),
        "display_names": options.display_names,
        "contacts": options.contacts,
        "bases": _bases(options.bases),
        "source_pins": options.source_pins,
        "environment": options.environment,
    }
    emptied: dict[str, Any] = {
        "legal_basis": options.legal_basis,
        "return_url": options.return_url,
        "organisation_number": options.organisation_number,
        "logo": options.logo,
        "source_url": options.source_url,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    given |= {name: value or None for name, value in emptied.items() if value is not None}
    return replace(current, **given, **_released(options))


def _bases(
    named: tuple[tuple[str, str], ...] | None
) -> tuple[tuple[str, str], ...] | None:
    """By attribute, in one order, so that the same bases are the same policy."""
    if named is None:
        return None
    _require_known(tuple(name for name, _ in named))
    if any(len(basis) > LONGEST_BASIS for _, basis in named):
        raise Refused("legal-basis", f"A legal basis has at most {LONGEST_BASIS} characters.")
    return tuple(sorted({name: basis for name, basis in named if basis and name != UID}.items()))


def _exceptions(
    named: tuple[tuple[str, date], ...] | None
) -> tuple[tuple[str, date], ...] | None:
    if named is None:
        return None
    unknown = [name for name, _ in named if name not in EXCEPTIONS]
    if unknown:
        raise Refused(
            "exception-unknown",
            f"No exception is made for {', '.join(unknown)}; only for {', '.join(EXCEPTIONS)}.",
        )
    return tuple((EXCEPTIONS[name], last_day) for name, last_day in named)


def _require_to_come(named: tuple[tuple[str, date], ...], now: datetime) -> None:
    for name, last_day in named:
        if last_day < now.date():
            raise Refused("exception-past", f"The last day of {name}, {last_day}, has gone.")


def _released(options: Options) -> Mapping[str, Any]:
    if options.profile is None:
        listed = options.attributes
        return {} if listed is None else {"attributes": listed, "profile": None}
    if options.attributes is not None:
        raise Refused(
            "attributes-and-profile", "Give a profile or a list of attributes, not both."
        )
    if options.profile not in PROFILES:
        raise Refused(
            "profile-unknown",
            f"There is no profile {options.profile}; there are {', '.join(PROFILES)}.",
        )
    return {"attributes": PROFILES[options.profile], "profile": options.profile}


def _level(number: int) -> Level:
    try:
        return Level(number)
    except ValueError:
        raise Refused("level-unknown", f"There is no level {number}; wanted 3.") from None


def _without_bare_uid(policy: Policy, mode: Mode) -> Policy:
    """The identity number goes out on a legal basis only; else a pseudonym takes its place."""
    if not mode.production:
        return policy if policy.legal_basis else replace(policy, legal_basis=DEMO_BASIS)
    if policy.legal_basis and policy.legal_basis != DEMO_BASIS:
        return policy
    pseudonymous = (PAIRWISE if name == UID else name for name in policy.attributes)
    attributes = tuple(dict.fromkeys(pseudonymous))
    return replace(policy, attributes=attributes, legal_basis=None)


def _require_reachable(minimum: Level) -> None:
    if minimum > REACHABLE:
        raise Refused(
            "level-unreachable",
            f"The lowest level is set to {int(minimum)}, and MinID reaches {int(REACHABLE)}.",
        )


def _require_known(attributes: tuple[str, ...]) -> None:
    unknown = [name for name in attributes if name not in KNOWN_ATTRIBUTES]
    if unknown:
        raise Refused(
            "attribute-unknown",
            f"There is no attribute {', '.join(unknown)}; "
            f"there are {', '.join(sorted(KNOWN_ATTRIBUTES))}.",
        )


def _require_return_url(url: str | None, mode: Mode) -> None:
    fault = None if url is None else addresses.fault_of(url, mode.http_hosts)
    if fault is not None:
        raise Refused("return-url", f"The return address {url} cannot be used: {fault}.")


def _require_organisation(number: str | None) -> None:
    if number is not None and not is_organisation_number(number):
        raise Refused(
            "organisation-number", f"{number[:20]!r} is no organisation number of nine digits."
        )


def is_organisation_number(text: str) -> bool:
    """Nine digits of which the last checks the others (modulus 11)."""
    if not re.fullmatch(r"[0-9]{9}", text):
        return False
    weighed = zip((3, 2, 7, 6, 5, 4, 3, 2, 1), text, strict=True)
    return sum(weight * int(digit) for weight, digit in weighed) % 11 == 0


def _require_on_behalf_of(registered: tuple[tuple[str, str], ...]) -> None:
    for value, name in registered:
        if not ON_BEHALF_OF.fullmatch(value) or not 0 < len(name.strip()) <= LONGEST_NAME:
            raise Refused(
                "on-behalf-of",
                f"{value[:64]!r} cannot be registered: wanted VALUE=Name, the value of at most "
                f"64 letters and digits, the name of at most {LONGEST_NAME} characters.",
            )


def _require_names(display_names: tuple[tuple[str, str], ...]) -> None:
    for language, name in display_names:
        is_sound = 0 < len(name.strip()) <= LONGEST_NAME and not CONTROL.search(name)
        if language not in NAME_LANGUAGES or not is_sound:
            raise Refused(
                "display-name",
                f"{name[:LONGEST_NAME]!r} ({language[:8]}) cannot be its name: wanted at most "
                f"{LONGEST_NAME} characters, in {', '.join(NAME_LANGUAGES)}.",
            )


def _require_contacts(contacts: tuple[Contact, ...]) -> None:
    if len(contacts) > MOST_CONTACTS:
        raise Refused("contact", f"There are {len(contacts)} contacts; wanted {MOST_CONTACTS}.")
    for one in contacts:
        is_sound = one.kind in CONTACT_KINDS and len(one.name) <= LONGEST_NAME and one.emails
        if not is_sound or not all(EMAIL.fullmatch(email) for email in one.emails):
            raise Refused(
                "contact",
                f"{', '.join(one.emails)[:200]!r} ({one.kind[:20]}) is no contact: wanted an "
                f"e-mail address, for {', '.join(CONTACT_KINDS)}.",
            )


def _require_logout(wish: str) -> None:
    if wish not in LOGOUT_WISHES:
        raise Refused(
            "logout-wish", f"There is no logout {wish!r}; there are {', '.join(LOGOUT_WISHES)}."
        )


def _require_source(policy: Policy, mode: Mode) -> None:
    url = policy.source_url
    fault = None if url is None else addresses.fault_of(url, mode.http_hosts)
    if fault is not None:
        raise Refused("source-url", f"The address of the metadata cannot be used: {fault}.")
    if policy.source_pins and url is None:
        raise Refused("source-pin", "A pinned certificate wants an address to fetch from.")


def _require_logo(logo: str | None) -> None:
    if logo is not None and not IMAGE_HASH.fullmatch(logo):
        raise Refused("logo-unknown", "The logo is no picture that was kept here.")
