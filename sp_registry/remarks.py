"""What the registry itself writes as a note or a reason: in English, for the log and the shell.

Pure.  A page reads such a sentence back and tells it in its reader's language
(`templates/registry/remarks.html`).  What no sentence here fits, people wrote.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIRST: Final = "first"
APPROVED: Final = "approved {}"
SUSPENDED: Final = "suspended {}"
ROLLOUT: Final = "rollout of {}"
IMPORTED: Final = "imported {} files"
AGGREGATE: Final = "aggregate {}"
ENDED: Final = "rollouts over: {}"
LEFT: Final = "left unpublished: {}"
WENT_BACK: Final = "went back to snapshot {}"
STOPPED: Final = "suspended"
TIME_OVER: Final = "its time is over"
TAKEN_BACK: Final = "taken back by an administrator"
REPORTED: Final = "the agency reports that logins fail"
FAILED: Final = (
    "the logins of {} of {} people failed ({}), against {} of {} under the old version"
)

SENTENCES: Final[Mapping[str, str]] = {
    "first": FIRST,
    "approved": APPROVED,
    "suspended": SUSPENDED,
    "rollout": ROLLOUT,
    "imported": IMPORTED,
    "aggregate": AGGREGATE,
    "ended": ENDED,
    "left": LEFT,
    "went-back": WENT_BACK,
    "stopped": STOPPED,
    "time-over": TIME_OVER,
    "taken-back": TAKEN_BACK,
    "reported": REPORTED,
    "failed": FAILED,
}
_PATTERNS: Final = {
    code: re.compile(re.escape(sentence).replace(r"\{\}", "(.+?)"), re.DOTALL)
    for code, sentence in SENTENCES.items()
}


@dataclass(frozen=True, slots=True)
class Remark:
    """`code` is empty for what people wrote."""

    code: str
    values: tuple[str, ...]


def remark_of(text: str) -> Remark:
    for code, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            return Remark(code, found.groups())
    return Remark("", ())
