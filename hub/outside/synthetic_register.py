"""The made-up register inside the hub, for development: `hub.seams.registers.PopulationRegister`.

The file is built when it is first asked for, with the people of the demo in it.  Where no
register is set up, `NoRegister` says so.
"""

from collections.abc import Iterator, Sequence

from hub.errors import OutsideFailed
from hub.person import NationalId
from hub.population import EventPage, RegisteredPerson
from hub.registers import freg
from hub.registers.freg import MOST_AT_ONCE
from hub.registers.register_file import RegisterFile, made_file, require_development
from hub.seams.outside import Clock
from hub.seams.registers import PostalAddress
from hub.settings import Settings


class SyntheticRegister:
    """Refuses to exist outside development mode."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        require_development(settings)
        self._settings = settings
        self._clock = clock

    @property
    def file(self) -> RegisterFile:
        return made_file(self._settings, self._clock.now().year)

    def person(self, number: NationalId) -> RegisteredPerson | None:
        document = self.file.document(number.digits)
        return None if document is None else freg.registered_person(document)

    def postal_address(self, number: NationalId) -> PostalAddress:
        document = self.file.document(number.digits)
        if document is None:
            raise freg.unknown()
        return freg.postal_address(document, self._clock.now())

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        file = self.file
        found = [file.document(number.digits) for number in numbers]
        return [freg.registered_person(document) for document in found if document is not None]

    def events(self, after: int) -> EventPage:
        return freg.event_page(self.file.events_from(after + 1, MOST_AT_ONCE), after)

    def latest_event(self) -> int:
        return self.file.latest_event()

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        numbers = self.file.residents_born_in(year)
        for first in range(0, len(numbers), MOST_AT_ONCE):
            yield tuple(freg.readable(numbers[first : first + MOST_AT_ONCE]))


class NoRegister:
    """Stands where none is set up: letters wait."""

    def person(self, number: NationalId) -> RegisteredPerson | None:
        raise missing()

    def postal_address(self, number: NationalId) -> PostalAddress:
        raise missing()

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        raise missing()

    def events(self, after: int) -> EventPage:
        raise missing()

    def latest_event(self) -> int:
        raise missing()

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        raise missing()


def missing() -> OutsideFailed:
    return OutsideFailed(
        "no population register is set up, so nobody's address is known: letters wait",
        code="register-missing",
    )
