"""What the hub has seen of each service, for the registry: `sp_registry.watch.Watch`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from certs.certificate import Certificate
from certs.key_store import ASSERTION
from hub.keys import board as key_board
from hub.keys.running import read_plan
from hub.seams.counts import LOGIN as LOGINS
from hub.seams.store import Store
from hub.support import explain
from sp_registry.snapshot import Snapshots
from sp_registry.watch import BoardLine, ClockSeen, Counted, KeyFetch, Story, Told

CLOCK_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HubWatch:
    store: Store
    snapshots: Snapshots

    def days(self, entity_id: str, since: date) -> Sequence[Counted]:
        rows = self.store.days.of(entity_id, since)
        return [Counted(row.day, row.what, row.label, row.count) for row in rows]

    def logins(self, since: date) -> Mapping[str, int]:
        return self.store.days.sums(LOGINS, since)

    def clocks(self, entities: Collection[str], now: datetime) -> Mapping[str, ClockSeen]:
        since = (now - CLOCK_DAYS).astimezone(UTC).date()
        seen = self.store.days.clocks(entities, since)
        return {
            entity_id: ClockSeen(seen.get(entity_id, {}), arrival.seconds, arrival.at)
            for entity_id, arrival in self.store.days.latest(entities).items()
        }

    def last_signed(self, entity_id: str) -> Mapping[str, datetime]:
        seen = self.store.keys.certificates_seen(entity_id)
        return {one.fingerprint: one.last_seen for one in seen}

    def fetched(self, entity_id: str) -> KeyFetch | None:
        fetch = self.store.keys.fetches().get(entity_id)
        return None if fetch is None else KeyFetch(fetch.at, fetch.fingerprints)

    def own_certificates(self, now: datetime) -> Sequence[Certificate]:
        rotation = self.store.keys.rotation(ASSERTION)
        return [key.certificate for key in rotation.published(now)]

    def key_board(self, entities: Collection[str], now: datetime) -> Sequence[BoardLine]:
        snapshot = self.snapshots.current()
        return key_board.board(
            read_plan(self.store.keys), self.store.keys.fetches(),
            map(snapshot.find, entities), now,
        )  # fmt: skip

    def story(self, request_id: str) -> Story | None:
        notes = self.store.trace.story(request_id)
        if not notes:
            return None
        services = self.store.trace.services(request_id, notes[0].at, notes[-1].at)
        cause = explain.cause_of(notes)
        told = [
            Told(each.at, each.step, explain.masked(each).detail, explain.words_of(each))
            for each in notes
        ]
        error = cause.error.code if cause and cause.error else None
        return Story(frozenset(services), tuple(told), error)
