"""Take many documents in: each judged by itself, a group of them written in one transaction.

What one transaction costs, most of it a wait for the disk, is shared by the group; memory is
bounded by the group.  A document that is refused, or that cannot be kept, stops no other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from metadata.aggregate_stream import Found
from metadata.description import SpDescription
from metadata.errors import MetadataError
from metadata.safe_xml import MAX_METADATA
from sp_registry import onboarding, proposing
from sp_registry.changes import Change
from sp_registry.environment import Environment, key_of
from sp_registry.errors import RegistryError
from sp_registry.onboarding import NeedsApproval, Options, Proposal
from sp_registry.registry_context import RegistryContext

GROUP = 250  # documents
GROUP_BYTES = 2 * MAX_METADATA
Fault = MetadataError | RegistryError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document, in a sentence."""

    entity_id: str
    is_taken: bool
    told: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that was read, and the key that it has here."""

    key: str
    document: bytes
    description: SpDescription


def take_in(
    context: RegistryContext, found: Iterable[Found], options: Options, approve: bool
) -> Iterator[Outcome]:
    """Propose each of them, in their order; approve too, where this person may."""
    for group in _groups(found):
        yield from _outcomes(context, group, options, approve)


def take_in_one(
    context: RegistryContext, document: bytes, options: Options, approve: bool
) -> Outcome:
    (outcome,) = _outcomes(context, [Found("", True, document)], options, approve)
    return outcome


def _groups(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Of bounded size, and with no service provider twice."""
    group: list[Found] = []
    names: set[str] = set()
    size = 0
    for each in found:
        length = len(each.document or b"")
        is_full = len(group) == GROUP or size + length > GROUP_BYTES
        if group and (is_full or each.entity_id in names):
            yield group
            group, names, size = [], set(), 0
        group.append(each)
        names.add(each.entity_id)
        size += length
    if group:
        yield group


def _outcomes(
    context: RegistryContext, group: Sequence[Found], options: Options, approve: bool
) -> list[Outcome]:
    try:
        judged = _judged(context, group, options)
        proposals = [each for each in judged if isinstance(each, Proposal)]
        told = iter(_put_forward(context, proposals, approve))
    except RegistryError as fault:
        if len(group) > 1:  # one of them spoils the transaction of all: each by itself
            return [one for each in group for one in _outcomes(context, [each], options, approve)]
        return [_refused(group[0], fault)]
    return [
        Outcome(found.entity_id, True, next(told))
        if isinstance(each, Proposal)
        else _refused(found, each)
        for found, each in zip(group, judged, strict=True)
    ]


def _refused(found: Found, fault: Fault) -> Outcome:
    return Outcome(found.entity_id, False, f"refused: {fault.detail} ({fault.code})")


def _judged(
    context: RegistryContext, group: Sequence[Found], options: Options
) -> list[Proposal | Fault]:
    environment = options.environment or context.mode.environment
    read = [_read(each, environment) for each in group]
    keys = [each.key for each in read if isinstance(each, _Read)]
    approved = context.database.read(
        lambda connection: proposing.approved_contents(connection, keys)
    )
    now = context.clock()

    def judged(each: _Read) -> Proposal | Fault:
        here = approved.get(each.key)
        # Not what only waits: else whoever adds a file would vouch for another's wishes.
        policy = None if here is None else here.policy
        try:
            return onboarding.considered(
                each.document, each.description, options, policy, context.mode, now
            )
        except (MetadataError, RegistryError) as fault:
            return fault

    return [judged(each) if isinstance(each, _Read) else each for each in read]


def _read(found: Found, environment: Environment) -> _Read | Fault:
    if found.document is None:
        return MetadataError(
            "xml-too-large", f"It is larger than {MAX_METADATA} bytes, and was passed over."
        )
    try:
        description = onboarding.described(found.document)
    except MetadataError as fault:
        return fault
    return _Read(key_of(description.entity_id, environment), found.document, description)


def _put_forward(
    context: RegistryContext, proposals: Sequence[Proposal], approve: bool
) -> list[str]:
    """A sentence for each."""
    if not proposals:
        return []
    changes = context.desk.propose_all(proposals, context.who, context.clock())
    refusals: Mapping[str, NeedsApproval] = {}
    if approve:
        waiting = [each for each in changes if each.waits]
        refusals = context.desk.approve_all(waiting, context.who, context.clock())
    return [
        "; ".join((f"taken in as {change.entity_id}", *told, *_warnings(proposal)))
        for proposal, change in zip(proposals, changes, strict=True)
        for told in [_decided(change, approve, refusals.get(change.entity_id))]
    ]


def _decided(change: Change, approve: bool, refusal: NeedsApproval | None) -> list[str]:
    if refusal is not None:
        return [f"not approved: {refusal.detail} ({refusal.code})"]
    return ["waits for approval"] if change.waits and not approve else []


def _warnings(proposal: Proposal) -> list[str]:
    return [f"warning: {problem}" for problem in proposal.problems]
