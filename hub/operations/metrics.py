"""`/metrics`: how the hub fares, in Prometheus' text format (version 0.0.4).

Written by ourselves, since there is little of it: prometheus_client's way for several
processes wants a shared folder that each start must empty, and it counts per process,
while our queues and breakers are in the database already.  Counters are this node's
totals; queues, breakers and the snapshot are the installation's, the same from each node.

For machines of the local network alone: others are told that there is no such page.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from hub.current import now, outside, settings
from hub.operations.upkeep import Round, Sealing
from hub.seams.letters import LetterState
from hub.seams.outbox import MessageState, Queue

metrics = Blueprint("metrics", __name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTERS = {
    "events": ("minid_events_total", "event", "Events of the audit log."),
    "logins": ("minid_logins_total", "method", "Logins that succeeded, by method."),
    "login-failures": ("minid_login_failures_total", "step", "Wrong passwords and codes."),
    "refusals": ("minid_refusals_total", "code", "Errors shown, by code."),
}
ON_THE_WAY = (MessageState.WAITING, MessageState.SENDING)


@metrics.get("/metrics")
def scrape() -> Response:
    if not is_near():
        abort(404)
    world = outside()
    world.counters.bring()
    lines = [
        *counted(world.store.counters.totals()),
        *of_queues(world.store.outbox.queues(), now()),
        *of_letters(world.store.letters.counts()),
        *of_breakers(world.store.breakers.open_since(), world.sms.gateways),
        *of_rounds(world.store.upkeep.rounds(), now()),
        *of_sealing(world.store.upkeep.sealing(), now()),
        *gauge("minid_snapshot_number", "The snapshot in force.",
               {"": world.snapshots.current().number}),
    ]
    answer = make_response("\n".join(lines) + "\n")
    answer.headers["Content-Type"] = CONTENT_TYPE
    return answer


def is_near() -> bool:
    """Whether the asker may read: its address is in the networks of the settings.

    Behind a proxy that the settings do not know, every visitor has the proxy's address.
    """
    if not settings().proxy_hops and "X-Forwarded-For" in request.headers:
        return False
    asker = ip_address(request.remote_addr or "0.0.0.0")
    return any(asker in network for network in settings().metrics_networks)


def counted(totals: Mapping[tuple[str, str], int]) -> Iterator[str]:
    for kept, (name, label, help) in COUNTERS.items():
        values = {f'{label}="{escaped(of)}"': n for (what, of), n in totals.items() if what == kept}
        yield from series(name, help, "counter", values)


def of_queues(queues: Sequence[Queue], at: datetime) -> Iterator[str]:
    lengths = {f'kind="{queue.kind}",state="{queue.state}"': queue.length for queue in queues}
    yield from gauge("minid_outbox_messages", "Messages by kind and state.", lengths)
    ages: dict[str, float] = {}
    for queue in queues:
        if queue.state in ON_THE_WAY:
            label, age = f'kind="{queue.kind}"', (at - queue.oldest).total_seconds()
            ages[label] = max(age, ages.get(label, 0.0))
    yield from gauge("minid_outbox_oldest_seconds", "Age of the oldest that has not left.", ages)


def of_letters(counts: Mapping[LetterState, int]) -> Iterator[str]:
    values = {f'state="{state}"': counts.get(state, 0) for state in LetterState}
    yield from gauge("minid_letters", "Orders of sheets by post, by state.", values)


def of_breakers(
    open_since: Mapping[str, datetime | None], gateways: Sequence[str]
) -> Iterator[str]:
    known = dict.fromkeys((*gateways, *open_since))
    values = {f'gateway="{name}"': int(bool(open_since.get(name))) for name in known}
    yield from gauge("minid_breaker_open", "1 while a gateway is left alone.", values)


def of_rounds(rounds: Sequence[Round], at: datetime) -> Iterator[str]:
    ages: dict[str, float] = {}
    for each in rounds:  # any node's will do
        label, age = f'job="{each.job}"', (at - each.ended_at).total_seconds()
        ages[label] = min(age, ages.get(label, age))
    yield from gauge("minid_worker_round_seconds", "Since a job of the workers ran.", ages)


def of_sealing(sealing: Sealing, at: datetime) -> Iterator[str]:
    waits = (at - sealing.oldest_unsealed).total_seconds() if sealing.oldest_unsealed else 0
    yield from gauge("minid_audit_checkpoint", "The audit log's last seal.", {"": sealing.number})
    yield from gauge("minid_audit_unsealed_seconds", "How long a row waits for it.", {"": waits})


def gauge(name: str, help: str, values: Mapping[str, float]) -> Iterator[str]:
    yield from series(name, help, "gauge", values)


def series(name: str, help: str, kind: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"
    for labels, value in sorted(values.items()):
        yield f"{name}{{{labels}}} {number(value)}" if labels else f"{name} {number(value)}"


def escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def number(value: float) -> str:
    """Whole numbers whole, whatever their size."""
    return str(int(value)) if value == int(value) else f"{value:.3f}"
