"""One thing that was looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certs.certificate import Certificate
from hub.settings import Settings
from hub.store.open_store import DatabaseStore


class State(StrEnum):
    WELL = "ok"
    WEAK = "weak"  # it works, and somebody should look at it
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: State
    found: str
    mend: str = ""  # empty where nothing is to be done


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    settings: Settings
    store: DatabaseStore
    certificates: Sequence[Certificate]  # of every metadata key, old ones too
    now: datetime
    registers: Callable[[Settings], Iterator[Finding]]  # asks those that are configured
    whole_audit: bool
    progress: Callable[[str], None]  # for what takes long


Findings = Iterator[Finding]


def well(check: str, found: str) -> Finding:
    return Finding(check, State.WELL, found)


def weak(check: str, found: str, mend: str) -> Finding:
    return Finding(check, State.WEAK, found, mend)


def wrong(check: str, found: str, mend: str) -> Finding:
    return Finding(check, State.WRONG, found, mend)
