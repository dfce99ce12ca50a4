"""From a metadata document to a proposal, or the sentence that says why not.

Pure.  SAML Metadata §2.4.4.  Refused is only what could never be logged in to
or would endanger a login; everything else is taken in with a warning.  Before
a proposal may be *approved* more must be in order, the more so in production.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from metadata import names, parse, validate
from metadata.algorithms import EXCEPTIONS, accepted_at
from metadata.description import SpDescription
from metadata.level import Level
from metadata.validate import DEVELOPMENT_HTTP_HOSTS, Problem, Severity
from sp_registry import addresses
from sp_registry.attribute_profiles import KNOWN_ATTRIBUTES, PAIRWISE, PROFILES, UID
from sp_registry.errors import RegistryError
from sp_registry.service_provider import SERVED_BINDINGS, Policy, served

DEMO_BASIS = "demo"  # of no worth in production
REACHABLE = Level.SUBSTANTIAL  # what the hub's steps can reach today
ON_BEHALF_OF = re.compile(r"[A-Za-z0-9]{1,64}")  # as the extension's own schema has it
LONGEST_NAME = 100  # characters of a name that stands on the login page


class Refused(RegistryError):
    """The document cannot be taken in; `detail` is one sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class NeedsApproval(RegistryError):
    """It is taken in, but may not be approved by this person or in this state."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Mode:
    """What the installation allows."""

    production: bool
    single_approver: bool = False  # a weakness, and shown as one

    @property
    def http_hosts(self) -> Collection[str]:
        """Where plain http is good enough."""
        return () if self.production else DEVELOPMENT_HTTP_HOSTS


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for beside the metadata; None leaves an approved policy as it is."""

    attributes: tuple[str, ...] | None = None
    profile: str | None = None  # V1, V2 or V3, instead of a list of attributes
    legal_basis: str | None = None
    minimum: int | None = None
    demand_signed: bool | None = None
    encrypt: bool | None = None
    read_as_minimum: bool | None = None
    idp_initiated: bool | None = None
    return_url: str | None = None  # empty: none any more
    on_behalf_of: tuple[tuple[str, str], ...] | None = None  # all that are to be registered
    exceptions: tuple[tuple[str, date], ...] | None = None  # (name of an algorithm, last day)
    display_names: tuple[tuple[str, str], ...] | None = None  # (language, name)
    organisation_number: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that may be taken in.  Made only by `propose`."""

    document: bytes = field(repr=False)
    description: SpDescription
    policy: Policy
    problems: tuple[str, ...]  # read past, one sentence each


def propose(
    document: bytes, options: Options, current: Policy | None, mode: Mode, now: datetime
) -> Proposal:
    """Raises what `metadata.parse` raises, and Refused."""
    return considered(document, described(document), options, current, mode, now)


def described(document: bytes) -> SpDescription:
    """What the document says, not judged; `considered` judges it."""
    return parse.parse(document, SERVED_BINDINGS)


def considered(
    document: bytes,
    described: SpDescription,
    options: Options,
    current: Policy | None,
    mode: Mode,
    now: datetime,
) -> Proposal:
    """The proposal for a document that has been read already."""
    description, unusable = addresses.usable_only(described, mode.http_hosts)
    _require_to_come(options.exceptions or (), now)
    policy = _without_bare_uid(_decided(options, current or Policy()), mode)
    _require_reachable(policy.minimum)
    _require_known(policy.attributes)
    _require_return_url(policy.return_url, mode)
    _require_organisation(policy.organisation_number)
    _require_on_behalf_of(policy.on_behalf_of)
    _require_consumer(description)
    _require_key(description, policy)
    excepted = accepted_at(policy.algorithm_exceptions, now).contents
    problems = validate.problems(description, now, mode.http_hosts, excepted)
    _require_none_to_refuse(problems)
    sentences = (*unusable, *_told(policy, options, mode), *(one.sentence for one in problems))
    return Proposal(document, description, policy, tuple(dict.fromkeys(sentences)))


def require_approver(proposed_by: str, by: str, mode: Mode) -> None:
    """Production wants two people, unless the installation says that it has but one."""
    if mode.production:
        require_another(proposed_by, by, mode)


def require_another(proposed_by: str, by: str, mode: Mode) -> None:
    """Two people in any mode, unless the installation says that it has but one."""
    if proposed_by == by and not mode.single_approver:
        raise NeedsApproval(
            "approver-same",
            f"It was proposed by {by}, so somebody else on the staff must approve it.",
        )


def require_approvable(
    description: SpDescription, policy: Policy, mode: Mode, now: datetime
) -> None:
    """What must be in order before any assertion may go to this service provider."""
    if mode.production and UID in policy.attributes:
        _require_fit_for_uid(description, policy)
    # What cannot be encrypted is never sent in clear instead, so no login would end well.
    judged = description if policy.encrypt else replace(description, encryption_keys=())
    excepted = accepted_at(policy.algorithm_exceptions, now).contents
    for problem in validate.problems(judged, now, mode.http_hosts, excepted):
        if problem.severity is Severity.BLOCK:
            raise NeedsApproval(problem.code, problem.sentence)


def _decided(options: Options, current: Policy) -> Policy:
    asked = {
        "legal_basis": options.legal_basis,
        "minimum": None if options.minimum is None else _level(options.minimum),
        "demand_signed_requests": options.demand_signed,
        "encrypt": options.encrypt,
        "read_as_minimum": options.read_as_minimum,
        "idp_initiated": options.idp_initiated,
        "on_behalf_of": options.on_behalf_of,
        "algorithm_exceptions": _exceptions(options.exceptions),
        "display_names": options.display_names,
        "organisation_number": options.organisation_number,
        **_released(options),
    }
    given = {name: value for name, value in asked.items() if value is not None}
    decided = replace(current, **given)
    if options.return_url is not None:
        decided = replace(decided, return_url=options.return_url or None)
    return decided if options.attributes is None else replace(decided, profile=None)


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


def _released(options: Options) -> dict[str, Any]:
    if options.profile is None:
        return {"attributes": options.attributes}
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


def _require_consumer(description: SpDescription) -> None:
    if not served(description):
        raise Refused(
            "consumer-not-served",
            "It has no usable AssertionConsumerService for HTTP-POST, nor one for HTTP-Artifact "
            "with a signing key to fetch answers with.",
        )


def _require_key(description: SpDescription, policy: Policy) -> None:
    if not (description.authn_requests_signed or policy.demand_signed_requests):
        return
    if not description.signing_certificates:
        raise Refused(
            "signing-key-missing", "Its requests must be signed, and it has no usable signing key."
        )


def _require_none_to_refuse(problems: Sequence[Problem]) -> None:
    for problem in problems:
        if problem.severity is Severity.REFUSE:
            raise Refused(problem.code, problem.sentence)


def _told(policy: Policy, options: Options, mode: Mode) -> Iterator[str]:
    asked = options.attributes is None or UID in options.attributes
    if asked and mode.production and PAIRWISE in policy.attributes and not policy.legal_basis:
        yield "uid is replaced by pairwise-id, since no legal basis is given (--legal-basis)."


def _require_fit_for_uid(description: SpDescription, policy: Policy) -> None:
    if not policy.legal_basis or policy.legal_basis == DEMO_BASIS:
        raise NeedsApproval("uid-needs-legal-basis", "uid is released on a legal basis only.")
    if not (description.authn_requests_signed or policy.demand_signed_requests):
        raise NeedsApproval(
            "uid-needs-signed-requests",
            "uid is released to signed requests only: its metadata must say "
            "AuthnRequestsSigned, or --demand-signed must be given.",
        )
    by_artifact_alone = {each.binding for each in served(description)} == {names.HTTP_ARTIFACT}
    if not (by_artifact_alone or (policy.encrypt and description.encryption_keys)):
        raise NeedsApproval(
            "uid-needs-encryption",
            "uid is sent encrypted or by artifact only: its metadata has no encryption key that "
            "is used, and it has a consumer for HTTP-POST.",
        )
