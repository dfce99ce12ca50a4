"""The service providers that `/entities` speaks of: those of the snapshot in force."""

from collections.abc import Iterator
from dataclasses import dataclass

from metadata.aggregate import Entity
from sp_registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ApprovedEntities:
    """Equal to another of the same snapshot, so that what is made of it can be kept."""

    snapshot: Snapshot

    @property
    def number(self) -> int:
        return self.snapshot.number

    def entities(self) -> Iterator[Entity]:
        for entity_id, document in self.snapshot.documents():
            yield Entity(entity_id, document)

    def entity(self, entity_id: str) -> Entity | None:
        document = self.snapshot.document(entity_id)
        return None if document is None else Entity(entity_id, document)
