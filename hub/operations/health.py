"""Probes: alive means that the process answers, ready that a login can work."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from certs.errors import CertsError
from hub.current import now, outside
from hub.errors import HubError
from hub.registers.access import CONTACT, POPULATION
from sp_registry.errors import RegistryError

health = Blueprint("health", __name__)


@health.get("/health/live")
def live() -> Response:
    return jsonify(status="alive")


@health.get("/health/ready")
def ready() -> tuple[Response, int]:
    """200 when the database answers, a snapshot is published and every signing key is here.

    `degraded` where SMS cannot be sent, so that logins work by PIN, or where a register is
    away, so that letters wait or answers lack contact data.  Else 503 and what is wrong.
    """
    faults = [fault for fault in (fault_of_store(), fault_of_snapshot()) if fault]
    faults += [] if faults else faults_of_keys()
    if faults:
        return jsonify(status="not ready", faults=faults), 503
    number = outside().snapshots.current().number
    weak = weaknesses()
    if weak:
        return jsonify(status="degraded", snapshot=number, weaknesses=weak), 200
    return jsonify(status="ready", snapshot=number), 200


def weaknesses() -> list[str]:
    """What is away while logins go on without it: by PIN where there is no SMS."""
    world = outside()
    gateways, is_open = world.sms.gateways, world.store.breakers.open_since()
    found = [f"{name}-away" for name in (POPULATION, CONTACT) if is_open.get(name)]
    if not gateways:
        return [*found, "sms-no-gateway"]
    return [*found, "sms-gateways-away"] if all(map(is_open.get, gateways)) else found


def fault_of_store() -> str | None:
    try:
        outside().store.flows.is_open("probe", now())
    except HubError as fault:
        return fault.code
    return None


def faults_of_keys() -> list[str]:
    try:
        return outside().keys.faults(now())
    except (HubError, CertsError) as fault:
        return [fault.code]


def fault_of_snapshot() -> str | None:
    try:
        outside().snapshots.current()
    except RegistryError as fault:
        return fault.code
    return None
