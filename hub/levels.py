"""Whether a login suffices for a request: one pure table.

RequestedAuthnContext: Core §3.3.2.2.1; ForceAuthn and IsPassive: Core §3.4.1.
What proofs are worth is known here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.login_session import Proof, ProofKind
from hub.saml.authn_request import AuthnRequest
from metadata import names
from metadata.level import Level, level_of
from sp_registry.service_provider import Policy

REACHABLE = Level.SUBSTANTIAL  # the most that MinID's steps can prove
SECOND_FACTORS = frozenset(
    {ProofKind.SMS_CODE, ProofKind.LETTER_PIN, ProofKind.TOTP, ProofKind.PASSKEY}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The login suffices; the class is stated back to the service provider."""

    context_class: str
    level: Level


@dataclass(frozen=True, slots=True)
class Ask:
    """The person must log in, or log in again."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """No login of ours can answer this, or none may be asked for."""

    top_status: str
    second_status: str
    reason: str


Decision = Answer | Ask | Refuse


def level_of_proofs(proofs: Sequence[Proof]) -> Level | None:
    """The level that these proofs reach: two factors of different kinds, or nothing."""
    kinds = {proof.kind for proof in proofs}
    if ProofKind.PASSWORD in kinds and kinds & SECOND_FACTORS:
        return Level.SUBSTANTIAL
    return None


def decide(
    request: AuthnRequest, policy: Policy, proofs: Sequence[Proof], is_fresh: bool
) -> Decision:
    """What to do with an accepted request.

    `proofs` are those of the living session, none without one.  `is_fresh` says
    that the person logged in for this very request, which ForceAuthn demands.
    """
    reachable = satisfied(request, policy, REACHABLE)
    if reachable is None:
        asked = ", ".join(request.asked_classes) or f"level {policy.minimum}"
        return Refuse(
            names.RESPONDER,
            names.NO_AUTHN_CONTEXT,
            f"asked for {request.comparison} {asked}; MinID reaches level {REACHABLE}",
        )
    held = level_of_proofs(proofs)
    stated = satisfied(request, policy, held) if held is not None else None
    if stated is not None and held is not None and is_new_enough(request, is_fresh):
        return Answer(stated, held)
    if request.is_passive:
        return Refuse(
            names.RESPONDER, names.NO_PASSIVE, "IsPassive, and no login of this browser suffices"
        )
    return Ask()


def is_new_enough(request: AuthnRequest, is_fresh: bool) -> bool:
    """Whether ForceAuthn is met; together with IsPassive it never is (C§3.4.1)."""
    return not request.force_authn or (is_fresh and not request.is_passive)


def satisfied(request: AuthnRequest, policy: Policy, level: Level) -> str | None:
    """The class that a login at this level states to this request; None if it fails it.

    Classes are tried in the order asked for, and one that we do not know is
    passed over.
    """
    if level < policy.minimum:
        return None
    if not request.asked_classes:
        return level.context_class
    comparison = comparison_of(request, policy)
    asked = [(ref, known) for ref in request.asked_classes if (known := level_of(ref))]
    if comparison == "better":
        # Stronger than every class named (C§3.3.2.2.1), so one unknown class is fatal.
        all_known = len(asked) == len(request.asked_classes)
        better = all_known and all(level > known for _, known in asked)
        return level.context_class if better else None
    for ref, known in asked:
        if suits(comparison, level, known):
            return stated(ref, known, level)
    return None


def comparison_of(request: AuthnRequest, policy: Policy) -> str:
    return "minimum" if policy.read_as_minimum else request.comparison


def suits(comparison: str, level: Level, asked: Level) -> bool:
    """Whether a person logged in at `level` can be presented for one asked class."""
    if comparison == "maximum":
        return True  # whoever holds more can always be stated at the lowest level
    return level >= asked


def stated(ref: str, known: Level, level: Level) -> str:
    """The asked class itself, if the login reaches it; else what the login is."""
    if ref.strip().lower() == names.UNSPECIFIED_CONTEXT.lower():
        return Level.SUBSTANTIAL.context_class
    return ref.strip() if level >= known else level.context_class
