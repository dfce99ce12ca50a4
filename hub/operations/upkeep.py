"""What is known of the work beside the requests: a Protocol, beside `hub.seams`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Round:
    """The latest turn of a job on one node."""

    node: str
    job: str
    ended_at: datetime
    fault: str | None  # code of what stopped it


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far the audit log is sealed."""

    number: int  # of the last checkpoint; 0: there is none yet
    sealed_at: datetime | None
    oldest_unsealed: datetime | None  # a row that no checkpoint has taken yet
    cut_at_number: int  # the checkpoint that older rows were cut at; 0: nothing was cut


class Upkeep(Protocol):
    def ran(self, job: str, fault: str | None, now: datetime) -> None:
        """A turn of this job has ended on this node."""

    def rounds(self) -> Sequence[Round]:
        """The latest turns, by job and node."""

    def sealing(self) -> Sealing: ...
