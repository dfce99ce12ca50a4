"""When a sheet may be ordered.  Pure.

A letter costs money and can be stolen from a letter box, so nobody gets many: one that is
still to be printed is not ordered twice, there are 24 hours between two, and at most four
come in 30 days, whoever asks for them.  One whose sheet was blocked on its way is worth
nothing, so the next need not wait for it, and counts all the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.seams.letters import LetterOrder, LetterState

BETWEEN = timedelta(hours=24)
WINDOW = timedelta(days=30)
MOST_IN_WINDOW = 4
UNUSED_SHEETS_LIVE = timedelta(days=90)  # a letter that nobody used by then is taken for lost
SEALED_LETTERS_KEPT = timedelta(days=30)  # after the hand-over, if no receipt comes
TO_BE_PRINTED = frozenset({LetterState.ORDERED, LetterState.RENDERED})


def standing_for(earlier: Sequence[LetterOrder], now: datetime) -> LetterOrder | None:
    """The order that stands in the way of a new one, out of a person's; None: it may be made."""
    newest_first = sorted(earlier, key=lambda order: order.ordered_at, reverse=True)
    if not newest_first:
        return None
    latest = newest_first[0]
    takes_time = latest.state in TO_BE_PRINTED or latest.ordered_at > now - BETWEEN
    lately = [order for order in newest_first if order.ordered_at > now - WINDOW]
    stands = takes_time and not latest.is_void
    return latest if stands or len(lately) >= MOST_IN_WINDOW else None
