"""Who may register, by the population register's word: asked after both PINs were right.

Before that nobody is told anything.  A register that is away or slow stops no one: a sheet
goes only to somebody whom it found old enough when the letter was printed.
"""

from enum import Enum, auto

from hub.current import note, now, outside
from hub.errors import HubError, OutsideFailed
from hub.person import NationalId


class TooYoung(HubError):
    """Nobody registers before the year in which they turn 13."""

    code = "too-young"


class Admission(Enum):
    GRANTED = auto()
    NOBODY = auto()  # dead, false, or no longer in the register: a stranger holds the sheet


def admission(number: NationalId) -> Admission:
    """Whether this person may register; raises TooYoung."""
    try:
        registered = outside().register.person(number)
    except OutsideFailed as fault:
        note("population register", f"goes on without it: {fault.detail} ({fault.code})")
        return Admission.GRANTED
    if registered is None or registered.is_over:
        note("population register", "nobody has this identity (any more)")
        return Admission.NOBODY
    if not registered.is_old_enough(now()):
        raise TooYoung("the person does not turn 13 this year")
    return Admission.GRANTED
