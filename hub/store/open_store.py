"""Open the database: the one place that puts the rooms of the store together."""

from dataclasses import dataclass
from datetime import datetime

from hub.keys.ring import KeyRing
from hub.seams.store import Store
from hub.store import sweep
from hub.store.artifacts import ArtifactsInDatabase
from hub.store.attempts import AttemptsInDatabase
from hub.store.breakers import BreakersInDatabase
from hub.store.codes import CodesInDatabase
from hub.store.counters import CountersInDatabase
from hub.store.cursors import CursorsInDatabase
from hub.store.database import Database
from hub.store.engine import database_url
from hub.store.flows import FlowsInDatabase
from hub.store.history import HistoryInDatabase
from hub.store.inbox import DevelopmentInbox
from hub.store.keys import KeysInDatabase
from hub.store.ledger import LedgerInDatabase
from hub.store.letter_orders import LetterOrdersInDatabase
from hub.store.logouts import LogoutsInDatabase
from hub.store.methods import MethodsInDatabase
from hub.store.name_ids import NameIdsInDatabase
from hub.store.outbox import OutboxInDatabase
from hub.store.people import PeopleInDatabase
from hub.store.postgres_database import PostgresDatabase
from hub.store.seen import SeenInDatabase
from hub.store.service_days import ServiceDaysInDatabase
from hub.store.sessions import SessionsInDatabase
from hub.store.sheets import SheetsInDatabase
from hub.store.sqlite_database import SqliteDatabase
from hub.store.staged import StagedInDatabase
from hub.store.support_cases import CasesInDatabase
from hub.store.together import TogetherInDatabase
from hub.store.trace import TraceInDatabase
from hub.store.upkeep import UpkeepInDatabase
from hub.store.waits import WaitsInDatabase


@dataclass(frozen=True, slots=True)
class DatabaseStore(Store):
    """The rooms, with what only their owner needs: the database beneath, and its upkeep."""

    database: Database
    inbox: DevelopmentInbox

    def sweep(self, now: datetime) -> int:
        """Delete what is past its time; how many rows went."""
        return sweep.sweep(self.database, now)

    def close(self) -> None:
        self.database.close()


def open_database(address: str) -> Database:
    """The database of `sqlite:///path`, a plain path, or `postgresql://…`."""
    url = database_url(address)
    if url.get_backend_name() == "sqlite":
        return SqliteDatabase(url)
    return PostgresDatabase(url)


def open_store(address: str, ring: KeyRing, node: str | None = None) -> DatabaseStore:
    """The store of a database that `migrate` has brought up to date.

    It connects when it is first used, and anew in each forked child.  `node` names this
    machine in the audit log; the host's name if none is given.
    """
    database = open_database(address)
    ledger = LedgerInDatabase(database, node)
    return DatabaseStore(
        seen=SeenInDatabase(database),
        flows=FlowsInDatabase(database, ring),
        people=PeopleInDatabase(database, ring),
        sheets=SheetsInDatabase(database, ring),
        codes=CodesInDatabase(database, ring),
        methods=MethodsInDatabase(database, ring),
        attempts=AttemptsInDatabase(database, ring),
        sessions=SessionsInDatabase(database),
        ledger=ledger,
        name_ids=NameIdsInDatabase(database),
        trace=TraceInDatabase(database, ring),
        artifacts=ArtifactsInDatabase(database, ring),
        outbox=OutboxInDatabase(database, ring),
        breakers=BreakersInDatabase(database),
        counters=CountersInDatabase(database, node),
        days=ServiceDaysInDatabase(database),
        together=TogetherInDatabase(database),
        waits=WaitsInDatabase(database),
        letters=LetterOrdersInDatabase(database),
        history=HistoryInDatabase(database),
        logouts=LogoutsInDatabase(database, ring, ledger),
        keys=KeysInDatabase(database),
        staged=StagedInDatabase(database),
        cursors=CursorsInDatabase(database),
        cases=CasesInDatabase(database),
        upkeep=UpkeepInDatabase(database, node),
        database=database,
        inbox=DevelopmentInbox(database, ring),
    )
