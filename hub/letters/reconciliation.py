"""What the print provider reports of its letters: a CSV file, read as a whole before use.

Two columns, `letter` and `state`: printed, posted, returned, rejected or withdrawn.  The
same file may come twice, and files in the wrong order: what is no news changes nothing.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from hub.errors import HubError
from hub.seams.letters import LetterState

COLUMNS = ["letter", "state"]
STATES = {
    "printed": LetterState.PRINTED,
    "posted": LetterState.POSTED,
    "returned": LetterState.RETURNED,
    "rejected": LetterState.MANUAL,  # the provider could not print it
    "withdrawn": LetterState.WITHDRAWN,  # taken out, as a manifest asked for
}
LETTER_ID = re.compile(r"[0-9a-f]{32}")


class BadReport(HubError):
    """The provider's file is not what was agreed; nothing of it was used."""

    code = "letters-report"


@dataclass(frozen=True, slots=True)
class Reported:
    letter_id: str
    state: LetterState


def read_report(text: str) -> Sequence[Reported]:
    """Every line of the file; raises BadReport at the first that cannot be read."""
    lines = csv.reader(StringIO(text.removeprefix("\ufeff")))
    if next(lines, None) != COLUMNS:
        raise BadReport(f"the first line is not {','.join(COLUMNS)}")
    return [_reported(number, line) for number, line in enumerate(lines, start=2) if line]


def _reported(number: int, line: list[str]) -> Reported:
    if len(line) != len(COLUMNS) or not LETTER_ID.fullmatch(line[0]):
        raise BadReport(f"line {number} is no letter id and a state")
    if line[1] not in STATES:
        raise BadReport(f"line {number}: the state is none of {', '.join(STATES)}")
    return Reported(line[0], STATES[line[1]])
