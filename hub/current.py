"""What a view may reach for: the settings, the world outside, and its own request.

For views only; everything below them is handed what it needs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g
from werkzeug.local import LocalProxy

from hub.factors.passwords import Passwords
from hub.keys.ring import KeyRing
from hub.keys.running import SigningKeys
from hub.operations.counters import Counters
from hub.seams.outside import Clock, MailSender, SmsSender, SoapClient
from hub.seams.registers import ContactRegister, PopulationRegister
from hub.seams.store import Store
from hub.settings import Settings
from sp_registry.snapshot import Snapshots

EXTENSION = "minid"

_app_here = cast(LocalProxy[Flask], current_app)  # which it is; Flask types it as the app


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that the hub asks of the world, put together by `hub.app`."""

    settings: Settings
    clock: Clock
    store: Store
    snapshots: Snapshots
    ring: KeyRing
    passwords: Passwords
    sms: SmsSender
    mail: MailSender | None  # None: there is no mail server, and mails wait
    soap: SoapClient
    contacts: ContactRegister
    register: PopulationRegister
    keys: SigningKeys
    counters: Counters


def outside() -> Outside:
    # An answer asks here forty times, and an attribute through the proxy costs four times this.
    return cast(Outside, _app_here._get_current_object().extensions[EXTENSION])


def settings() -> Settings:
    return outside().settings


def now() -> datetime:
    return outside().clock.now()


def request_id() -> str:
    """The reference on every page, in every log line and in the trace."""
    return cast(str, g.request_id)


def go_on_as(reference: str) -> None:
    """Let this request carry the reference of the login that it belongs to."""
    g.request_id = reference


def note(step: str, detail: str) -> None:
    """Add a line to the story of this request.  No number, code or password in it."""
    here = outside()
    here.store.trace.note(request_id(), step, detail, here.clock.now())
