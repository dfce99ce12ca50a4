"""What the population register knows of a person, as far as the hub needs it.  Pure.

Age is asked of the register and never read from a number.  The grade of a protected
address is not here: it is itself a secret, and nothing of ours may differ by it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.person import NationalId

MINIMUM_AGE = 13  # reached within the year


class PersonStatus(StrEnum):
    """Folkeregisteret's own words."""

    RESIDENT = "bosatt"
    MOVED_AWAY = "utflyttet"
    MISSING = "forsvunnet"
    DEAD = "doed"
    CEASED = "opphoert"
    BORN_HERE = "foedselsregistrert"
    TEMPORARY = "midlertidig"  # has a D-number
    INACTIVE = "inaktiv"  # had a D-number that nobody has used for five years
    NOT_RESIDENT = "ikkeBosatt"
    ACTIVE = "aktiv"


FINAL = frozenset({PersonStatus.DEAD, PersonStatus.CEASED})


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A person as the register has them now."""

    number: NationalId  # the one in force
    former: tuple[NationalId, ...]
    name: str = field(repr=False)
    status: PersonStatus
    born_in: int | None = field(repr=False)  # the year
    is_false: bool = False  # the identity was found to be nobody's

    @property
    def is_over(self) -> bool:
        """Whether there is nobody (any more) who could log in with it."""
        return self.is_false or self.status in FINAL

    def is_old_enough(self, now: datetime) -> bool:
        """13 this year or more; not, if the register knows no year of birth."""
        return self.born_in is not None and now.year - self.born_in >= MINIMUM_AGE


class EventKind(StrEnum):
    DEATH = "death"
    FALSE_IDENTITY = "false-identity"
    NUMBER = "number"
    ADDRESS = "address"
    NEW_RESIDENT = "new-resident"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RegisterEvent:
    """That something changed.  What it is now, the register is asked for."""

    sequence: int
    kind: EventKind
    number: NationalId


@dataclass(frozen=True, slots=True)
class EventPage:
    events: tuple[RegisterEvent, ...]
    read_to: int  # the last sequence number looked at, also of events left out
    is_last: bool
