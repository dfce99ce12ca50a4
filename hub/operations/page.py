"""`/registry/operations`: how the work beside the requests fares, for administrators and auditors.

The numbers are those of `/metrics`, read from the same rooms of the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.current import now, outside, request_id
from hub.operations import worker
from hub.seams.letters import LetterState
from hub.seams.outbox import Failing, MessageKind, MessageState, Queue
from hub.seams.records import AuditEvent
from sp_registry.pages import rooms

operations = Blueprint("operations", __name__)

PAGE = "/registry/operations"
ON_THE_WAY = frozenset({MessageState.WAITING, MessageState.SENDING})
ARRIVED = frozenset({MessageState.SENT, MessageState.DELIVERED})
GIVEN_UP = frozenset({MessageState.REFUSED, MessageState.UNCERTAIN, MessageState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Channel:
    """The messages of one kind, counted."""

    kind: MessageKind
    on_the_way: int
    oldest: datetime | None  # of those on the way
    arrived: int  # at the gateway, or with the person
    failed: int  # the gateway says that they did not arrive
    given_up: int
    fails: int  # of those on the way, tried in vain


operations.before_request(rooms.let_staff_in)
operations.context_processor(
    lambda: {
        "colleague": g.get("registry_colleague"),
        "single_approver": rooms.rooms().mode.single_approver,
    }
)


@operations.get(PAGE)
def show() -> str:
    if not rooms.colleague().sees_all:
        abort(404)
    store, at = outside().store, now()
    open_since = store.breakers.open_since()
    gateways = dict.fromkeys((*outside().sms.gateways, *open_since))
    rounds, failing = store.upkeep.rounds(), store.outbox.failing()
    return render_template(
        "registry/operations.html",
        channels=channels(store.outbox.queues(), failing),
        failing=failing,
        may_hurry=rooms.colleague().decides,
        hurried=request.args.get("hurried", type=int),
        letters=letters(store.letters.counts()),
        breakers={name: open_since.get(name) for name in gateways},
        rounds=[(each, worker.is_late(each, at)) for each in rounds],
        sealing=store.upkeep.sealing(),
        snapshot=outside().snapshots.current().number,
        at=at,
    )


@operations.post("/registry/operations/hurry")
def hurry() -> Response:
    """Let what failed be tried now, instead of when its rest is over."""
    by, kind = rooms.require_decider(back=PAGE).by, request.form.get("kind", "")
    if kind not in {one.value for one in MessageKind}:
        abort(404)
    store, at = outside().store, now()

    def act() -> int:
        count = store.outbox.hurry(MessageKind(kind), at)
        told = {"by": by, "kind": kind, "messages": str(count)}
        store.ledger.append(AuditEvent("outbox-hurried", at, None, None, request_id(), told))
        return count

    return redirect(url_for("operations.show", hurried=store.together(act)), 303)


def channels(queues: Sequence[Queue], failing: Sequence[Failing]) -> list[Channel]:
    """One line for each kind, those without a message too."""

    def of(kind: MessageKind, states: frozenset[MessageState]) -> int:
        return sum(q.length for q in queues if q.kind is kind and q.state in states)

    return [
        Channel(
            kind,
            of(kind, ON_THE_WAY),
            min((q.oldest for q in queues if q.kind is kind and q.state in ON_THE_WAY),
                default=None),
            of(kind, ARRIVED),
            of(kind, frozenset({MessageState.UNDELIVERED})),
            of(kind, GIVEN_UP),
            sum(each.length for each in failing if each.kind is kind),
        )
        for kind in MessageKind
    ]  # fmt: skip


def letters(counts: Mapping[LetterState, int]) -> Mapping[LetterState, int]:
    return {state: counts.get(state, 0) for state in LetterState}
