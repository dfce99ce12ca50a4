"""Folkeregisteret over its REST interface: `hub.seams.registers.PopulationRegister`.

The rights package "offentlig med hjemmel".  One person is asked for by a number in the
address, as the interface has it; many in the body.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlencode

from hub.errors import OutsideFailed
from hub.outside.register_client import AT_ONCE, IN_BULK, RegisterClient
from hub.person import NationalId
from hub.population import EventPage, PersonStatus, RegisteredPerson
from hub.registers import freg
from hub.registers.freg import MOST_AT_ONCE, PARTS, understood
from hub.seams.outside import Clock
from hub.seams.registers import PostalAddress


class Folkeregisteret:
    def __init__(self, client: RegisterClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def person(self, number: NationalId) -> RegisteredPerson | None:
        document = self._document(number)
        return None if document is None else understood(lambda: freg.registered_person(document))

    def postal_address(self, number: NationalId) -> PostalAddress:
        document = self._document(number)
        if document is None:
            raise freg.unknown()
        return understood(lambda: freg.postal_address(document, self._clock.now()))

    def _document(self, number: NationalId) -> Any | None:
        parts = urlencode([("part", part) for part in PARTS])
        return self._client.get(f"/v1/personer/{number.digits}?{parts}", AT_ONCE)

    def many(self, numbers: Sequence[NationalId]) -> Sequence[RegisteredPerson]:
        if len(numbers) > MOST_AT_ONCE:
            raise ValueError(f"{len(numbers)} numbers at once, at most {MOST_AT_ONCE}")
        if not numbers:
            return ()
        parts = urlencode([("part", part) for part in PARTS])
        wanted = {"foedselsEllerDNummer": [number.digits for number in numbers]}
        answer = self._client.post(f"/v1/personer/bulkoppslag?{parts}", wanted, IN_BULK)
        return freg.registered_people(understood(lambda: list((answer or {})["oppslag"])))

    def events(self, after: int) -> EventPage:
        answer = self._client.get(f"/v1/hendelser/feed?seq={after + 1}", IN_BULK)
        return understood(lambda: freg.event_page(answer or [], after))

    def latest_event(self) -> int:
        answer = self._client.get("/v1/hendelser/siste/sekvensnummer", IN_BULK)
        return understood(lambda: freg.sequence_number(answer))

    def residents_born_in(self, year: int) -> Iterator[Sequence[NationalId]]:
        wanted = {
            "foedselsaarFraOgMed": year,
            "foedselsaarTilOgMed": year,
            "personstatustyper": [PersonStatus.RESIDENT.value],
        }
        job = self._client.post("/v1/uttrekk/tilpasset", wanted, IN_BULK)
        if job is None:
            raise OutsideFailed("the register makes no extracts for us", code="register-refused")
        name = understood(lambda: str(job["jobbId"]))
        for batch in count():
            answer = self._client.get(f"/v1/uttrekk/{name}/batch/{batch}", IN_BULK)
            found = understood(lambda: list((answer or {}).get("foedselsEllerDNummer", ())))
            if not found:
                return
            yield tuple(freg.readable(found))
