"""What the print provider reports, put on record line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.letters.printing import receive
from hub.letters.reconciliation import Reported
from hub.seams.letters import LetterState
from hub.seams.outside import Clock
from hub.seams.store import Store


@dataclass(frozen=True, slots=True)
class Tally:
    """What a report held."""

    news: int
    strange: int  # of letters that are not ours
    dead: int  # posted, though their codes are out of use


def receive_all(
    store: Store, reported: Sequence[Reported], clock: Clock, on_each: Callable[[], object]
) -> Tally:
    news, strange, dead = 0, 0, 0
    for each in reported:
        letter = store.letters.find(each.letter_id)
        if letter is None:
            strange += 1
        else:
            dead += letter.is_void and each.state is LetterState.POSTED
            news += receive(store, each.letter_id, each.state, clock.now())
        on_each()
    return Tally(news, strange, dead)
