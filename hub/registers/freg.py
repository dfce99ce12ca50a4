"""Folkeregisteret's JSON, read.  Pure.

Each property is a list of what has been, and one entry of it is in force (`erGjeldende`).
Where letters go: the postal address, else where the person stays, else where they live.
The grade of an address is never read, so that nothing can differ by it; the postal
address of a protected person is the one that the register gives for post.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from babel import Locale
from babel.core import get_global

from hub.errors import OutsideFailed
from hub.person import NationalId, NotANumber, read_number
from hub.population import EventKind, EventPage, PersonStatus, RegisteredPerson, RegisterEvent
from hub.seams.registers import PostalAddress

log = logging.getLogger("minid")

T = TypeVar("T")
Json = Mapping[str, Any]  # whatever the other side sends; looked at below, and only there

MOST_AT_ONCE = 1000  # people in a bulk request, events on a page
WHERE_LETTERS_GO = ("postadresse", "postadresseIUtlandet", "oppholdsadresse", "bostedsadresse")
PARTS = (
    "person-basis", "status", "navn", "foedsel", "identifikasjonsnummer", "falskIdentitet",
    *WHERE_LETTERS_GO,
)  # fmt: skip

KINDS = {
    "endringIDoedsfall": EventKind.DEATH,
    "personErDod": EventKind.DEATH,
    "endringIStatus": EventKind.DEATH,
    "endringIFalskIdentitet": EventKind.FALSE_IDENTITY,
    "personErOpphoert": EventKind.FALSE_IDENTITY,
    "endringIIdentifikasjonsnummer": EventKind.NUMBER,
    "personErOpphoertSomDublett": EventKind.NUMBER,
    "personErViderefoertSomGjeldendeVedSammenslaaing": EventKind.NUMBER,
    "endringIBostedsadresse": EventKind.ADDRESS,
    "endringIOppholdsadresse": EventKind.ADDRESS,
    "endringIKontaktinformasjon": EventKind.ADDRESS,
    "endringIInnflytting": EventKind.NEW_RESIDENT,
    "personErBosatt": EventKind.NEW_RESIDENT,
}


class NoLetter(OutsideFailed):
    """This person gets no letter, whenever it is asked; the code says why."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, permanent=True, code=code)


def unknown() -> NoLetter:
    return NoLetter("the population register knows no such number", "register-unknown")


def understood(read: Callable[[], T]) -> T:
    """What `read` makes of an answer; raises OutsideFailed if it is not as documented."""
    try:
        return read()
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as fault:
        raise OutsideFailed(
            f"the register's answer is not as documented: {type(fault).__name__}",
            code="register-garbage",
        ) from None


def registered_person(document: Json) -> RegisteredPerson:
    """One entry of `personer/…` or `personer/bulkoppslag`."""
    person = document["folkeregisterperson"]
    numbers = person["identifikasjonsnummer"]
    in_force = [each for each in numbers if each.get("status") == "iBruk"] or numbers
    current = next((each for each in in_force if each.get("erGjeldende")), in_force[0])
    digits = current["foedselsEllerDNummer"]
    others = [e["foedselsEllerDNummer"] for e in numbers if e["foedselsEllerDNummer"] != digits]
    birth = gjeldende(person.get("foedsel"))
    return RegisteredPerson(
        number=read_number(digits),
        former=tuple(readable(others)),
        name=full_name(person),
        status=PersonStatus(gjeldende(person["status"])["status"]),
        born_in=int(birth["foedselsaar"]) if birth.get("foedselsaar") else None,
        is_false=bool(gjeldende(person.get("falskIdentitet")).get("erFalsk", False)),
    )


def registered_people(documents: Sequence[Json]) -> Sequence[RegisteredPerson]:
    """Everybody of `personer/bulkoppslag`; whom the register knows not has no contents.

    One that is not as documented is left out, so that it does not hold up all others.
    """
    found = []
    for document in documents:
        if not document.get("folkeregisterperson"):
            continue
        try:
            found.append(understood(partial(registered_person, document)))
        except OutsideFailed as fault:
            log.error("%s: %s", fault.code, fault.detail)
    return found


def postal_address(document: Json, now: datetime) -> PostalAddress:
    """Where a letter goes; raises NoLetter if this person gets none."""
    who = registered_person(document)
    if who.is_over:
        raise NoLetter("the register says that nobody has this identity any more", "register-over")
    if not who.is_old_enough(now):
        raise NoLetter("the person does not turn 13 this year", "register-too-young")
    person = document["folkeregisterperson"]
    for kind in WHERE_LETTERS_GO:
        lines = address_lines(gjeldende(person.get(kind)))
        if lines:
            return PostalAddress(who.name, lines)
    raise NoLetter("the register knows no address for post", "register-no-address")


def sequence_number(answer: Any) -> int:
    """The answer of `hendelser/siste/sekvensnummer`."""
    return int(answer)


def event_page(answer: Sequence[Json], after: int) -> EventPage:
    """A page of `hendelser/feed`, read from the event after this one."""
    read = [(int(each["sekvensnummer"]), each["hendelse"]) for each in answer]
    return EventPage(
        tuple(
            RegisterEvent(sequence, KINDS.get(str(of.get("hendelsestype")), EventKind.OTHER), who)
            for sequence, of in read
            for who in readable([str(of.get("folkeregisteridentifikator"))])
        ),
        read_to=max((sequence for sequence, _of in read), default=after),
        is_last=len(read) < MOST_AT_ONCE,
    )


def readable(digits: Sequence[str]) -> Iterator[NationalId]:
    """The numbers of a kind that we know; others cannot belong to an account."""
    for each in digits:
        try:
            yield read_number(each)
        except NotANumber:
            continue


def gjeldende(entries: Any) -> Json:
    """The entry in force; an empty one if there is none.  A few properties are no list."""
    if not entries:
        return {}
    if isinstance(entries, Mapping):
        return entries
    found: Json = next((each for each in entries if each.get("erGjeldende", True)), {})
    return found


def full_name(person: Json) -> str:
    name = gjeldende(person.get("navn"))
    parts = (name.get("fornavn"), name.get("mellomnavn"), name.get("etternavn"))
    return " ".join(part for part in parts if part)


def address_lines(address: Json) -> tuple[str, ...]:
    """The lines beneath the name, the last one with postal code and place."""
    for key, read in (
        ("vegadresse", road),
        ("matrikkeladresse", farm),
        ("postboksadresse", post_box),
        ("postadresseIFrittFormat", free_lines),
        ("utenlandskAdresse", abroad),
        ("utenlandskAdresseIFrittFormat", abroad_free),
    ):
        inner = address.get(key)
        if inner:
            co = inner.get("coAdressenavn") or address.get("coAdressenavn")
            return tuple(line for line in (co, *read(inner)) if line)
    return ()


def road(address: Json) -> tuple[str, ...]:
    house = address.get("adressenummer") or {}
    number = f"{house.get('husnummer') or ''}{house.get('husbokstav') or ''}"
    street = f"{address.get('adressenavn') or ''} {number}".strip()
    return (address.get("adressetilleggsnavn") or "", street, place(address))


def farm(address: Json) -> tuple[str, ...]:
    return (address.get("adressetilleggsnavn") or "", place(address))


def post_box(address: Json) -> tuple[str, ...]:
    return (address.get("postbokseier") or "", address["postboks"], place(address))


def free_lines(address: Json) -> tuple[str, ...]:
    return (*address.get("adresselinje", ()), place(address))


def place(address: Json) -> str:
    found = address.get("poststed") or {}
    return f"{found.get('postnummer') or ''} {found.get('poststedsnavn') or ''}".strip()


def abroad(address: Json) -> tuple[str, ...]:
    first = address.get("adressenavnNummer") or address.get("postboksNummerNavn") or ""
    return (first, foreign_place(address), address.get("regionDistriktOmraade") or "",
            country(address["landkode"]))  # fmt: skip


def abroad_free(address: Json) -> tuple[str, ...]:
    lines = address.get("adresselinje", ())
    return (*lines, foreign_place(address), country(address["landkode"]))


def foreign_place(address: Json) -> str:
    return f"{address.get('postkode') or ''} {address.get('byEllerStedsnavn') or ''}".strip()


def country(alpha_3: str) -> str:
    """The country's English name in capitals, as international post wants it."""
    alpha_2 = get_global("territory_aliases").get(alpha_3, [alpha_3])[0]
    return (Locale("en").territories.get(alpha_2) or alpha_3).upper()
