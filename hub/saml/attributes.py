"""Which attributes a service provider gets, and in which form.

Pure.  The legacy attributes of ID-porten's profile carry no NameFormat;
`pairwise-id` and `subject-id` carry the uri format (SAML subject identifiers).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.login_session import Proof, ProofKind
from metadata.level import Level
from sp_registry.service_provider import ServiceProvider

METHODS = {ProofKind.SMS_CODE: "Minid-OTC", ProofKind.LETTER_PIN: "Minid-PIN"}


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    value: str = field(repr=False)
    name_format: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that could be told about a login; what is told is the policy's choice."""

    uid: str = field(repr=False)
    level: Level
    culture: str
    method: str
    on_behalf_of: str | None = None


def method_of(proofs: Sequence[Proof]) -> str:
    """The AuthMethod of a login: the second factor proved last."""
    seconds = [proof for proof in proofs if proof.kind in METHODS]
    return METHODS[max(seconds, key=lambda proof: proof.at).kind]


def released(sp: ServiceProvider, facts: Facts) -> tuple[Attribute, ...]:
    """The attributes of this answer, in the order of the policy."""
    values = {
        "uid": facts.uid if sp.policy.legal_basis is not None else None,
        "SecurityLevel": str(int(facts.level)),
        "Culture": facts.culture,
        "AuthMethod": facts.method,
    }
    chosen = [Attribute(name, values[name] or "") for name in sp.policy.attributes
              if values.get(name) is not None]
    if facts.on_behalf_of is not None:
        chosen.append(Attribute("OnBehalfOf", facts.on_behalf_of))
    return tuple(chosen)
