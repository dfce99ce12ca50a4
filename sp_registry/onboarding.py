"""From a metadata document to a proposal, or the sentence that says why not.

Pure.  SAML Metadata §2.4.4.  Refused is only what could never be logged in to
or would endanger a login; everything else is taken in with a warning.  Before
a proposal may be *approved* more must be in order, the more so in production.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from metadata import names, parse, validate
from metadata.algorithms import accepted_at
from metadata.description import SpDescription
from metadata.parse import MAX_ENTITY_ID
from metadata.validate import Problem, Severity
from sp_registry import addresses
from sp_registry.attribute_profiles import PAIRWISE, UID
from sp_registry.environment import key_of
from sp_registry.errors import RegistryError
from sp_registry.service_provider import SERVED_BINDINGS, Policy, served
from sp_registry.wishes import (
    DEMO_BASIS,
    LONGEST_NAME,
    REACHABLE,
    Mode,
    Options,
    Refused,
    decided,
    is_organisation_number,
)

# What is asked for beside the metadata stands in `wishes`; callers find it under this name too.
__all__ = [
    "DEMO_BASIS",
    "LONGEST_NAME",
    "REACHABLE",
    "Mode",
    "NeedsApproval",
    "Options",
    "Proposal",
    "Refused",
    "considered",
    "described",
    "is_organisation_number",
    "propose",
    "require_another",
    "require_approvable",
    "require_approver",
]


UID_REPLACED = "uid is replaced by pairwise-id, since no legal basis is given (--legal-basis)."


class NeedsApproval(RegistryError):
    """It is taken in, but may not be approved by this person or in this state."""

    def __init__(self, code: str, sentence: str, about: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.about = about  # an address or a certificate, the same in every language


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that may be taken in.  Made only by `propose`."""

    document: bytes = field(repr=False)
    description: SpDescription
    policy: Policy
    problems: tuple[str, ...]  # read past, one sentence each
    loses_uid: bool = False  # it was asked for, and no legal basis is given

    @property
    def key(self) -> str:
        """What the registry knows it by: the entityID in its environment."""
        return key_of(self.description.entity_id, self.policy.environment)


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
    policy = decided(options, current or Policy(environment=mode.environment), mode, now)
    _require_key_to_fit(description.entity_id, policy)
    _require_consumer(description)
    _require_key(description, policy)
    excepted = accepted_at(policy.algorithm_exceptions, now).contents
    problems = validate.problems(description, now, mode.http_hosts, excepted)
    _require_none_to_refuse(problems)
    loses_uid = _loses_uid(policy, options, mode)
    told = (UID_REPLACED,) if loses_uid else ()
    sentences = (*unusable, *told, *(one.sentence for one in problems))
    return Proposal(document, description, policy, tuple(dict.fromkeys(sentences)), loses_uid)


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
            raise NeedsApproval(problem.code, problem.sentence, problem.about)


def _require_key_to_fit(entity_id: str, policy: Policy) -> None:
    if len(key_of(entity_id, policy.environment)) > MAX_ENTITY_ID:
        raise Refused("entity-id-long", f"For {policy.environment} the entityID is too long.")


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


def _loses_uid(policy: Policy, options: Options, mode: Mode) -> bool:
    asked = options.attributes is None or UID in options.attributes
    has_basis = bool(policy.legal_basis)
    return asked and mode.production and PAIRWISE in policy.attributes and not has_basis


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
