"""The database whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hub.keys.room import KeyRoom
from hub.operations.upkeep import Upkeep
from hub.registry.staged_room import StagedRoom
from hub.seams.counts import CounterRoom, Cursors, ServiceDays
from hub.seams.letters import LetterOrders
from hub.seams.logins import Artifacts, Attempts, Flows, NameIds, SeenRequests, Sessions
from hub.seams.logouts import Logouts
from hub.seams.outbox import Breakers, Outbox
from hub.seams.people import Methods, OneTimeCodes, People, Sheets, Waits
from hub.seams.records import History, Ledger, Trace
from hub.support.cases import CaseRoom

T = TypeVar("T")


class Together(Protocol):
    def __call__(self, acts: Callable[[], T]) -> T:
        """Do all that the store is asked for inside `acts` in one transaction, all or nothing.

        A fault raised inside must come out of it.  Reads inside it see what was committed
        before.  It may be run twice, so it does nothing but ask the store.
        """


@dataclass(frozen=True, slots=True)
class Store:
    """The database's rooms, as one bundle."""

    seen: SeenRequests
    flows: Flows
    people: People
    sheets: Sheets
    codes: OneTimeCodes
    methods: Methods
    attempts: Attempts
    sessions: Sessions
    ledger: Ledger
    name_ids: NameIds
    trace: Trace
    artifacts: Artifacts
    outbox: Outbox
    breakers: Breakers
    counters: CounterRoom
    days: ServiceDays
    together: Together
    waits: Waits
    letters: LetterOrders
    history: History
    logouts: Logouts
    keys: KeyRoom
    staged: StagedRoom
    cursors: Cursors
    cases: CaseRoom
    upkeep: Upkeep
