"""Folkeregisteret's JSON, as its documentation has it."""

from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import pytest

from hub.development.synthetic import synthetic_number
from hub.errors import OutsideFailed
from hub.population import EventKind, PersonStatus
from hub.registers import freg

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
CHANCE = Random(20)
NUMBER, FORMER = synthetic_number(CHANCE), synthetic_number(CHANCE, is_d_number=True)
OSLO = {"postnummer": "0150", "poststedsnavn": "OSLO"}
HOME = {
    "vegadresse": {
        "kommunenummer": "0301",
        "adressenavn": "Øvregata",
        "adressenummer": {"husnummer": "3", "husbokstav": "B"},
        "poststed": OSLO,
    }
}


def a_document(**person: Any) -> dict[str, Any]:
    basis = {
        "identifikasjonsnummer": [
            {"status": "opphoert", "foedselsEllerDNummer": FORMER, "erGjeldende": False},
            {"status": "iBruk", "foedselsEllerDNummer": NUMBER, "erGjeldende": True},
        ],
        "status": [
            {"erGjeldende": False, "status": "utflyttet"},
            {"erGjeldende": True, "status": "bosatt"},
        ],
        "foedsel": [{"erGjeldende": True, "foedselsaar": "1980"}],
        "navn": [
            {"erGjeldende": True, "fornavn": "Ærleg", "mellomnavn": "Kry", "etternavn": "Øks"}
        ],
        "bostedsadresse": [{"erGjeldende": True, "adressegradering": "ugradert", **HOME}],
    }
    return {"foedselsEllerDNummer": NUMBER, "folkeregisterperson": basis | person}


def lines(**person: Any) -> tuple[str, ...]:
    return freg.postal_address(a_document(**person), NOW).lines


def in_force(**address: Any) -> list[dict[str, Any]]:
    return [{"erGjeldende": True, **address}]


def test_a_person_has_what_is_in_force() -> None:
    person = freg.registered_person(a_document())
    assert person.number.digits == NUMBER
    assert [each.digits for each in person.former] == [FORMER]
    assert (person.name, person.status) == ("Ærleg Kry Øks", PersonStatus.RESIDENT)
    assert person.is_old_enough(NOW) and not person.is_over
    assert NUMBER not in repr(person) and "Ærleg" not in repr(person)


@pytest.mark.parametrize(("year", "is_old_enough"), [("2013", True), ("2014", False), ("", False)])
def test_who_turns_13_this_year_is_old_enough(year: str, is_old_enough: bool) -> None:
    document = a_document(foedsel=in_force(foedselsaar=year))
    assert freg.registered_person(document).is_old_enough(NOW) is is_old_enough


def test_a_false_identity_is_over() -> None:
    document = a_document(falskIdentitet={"erGjeldende": True, "erFalsk": True})
    assert freg.registered_person(document).is_over


def test_post_goes_home_if_the_person_says_nothing_else() -> None:
    assert lines() == ("Øvregata 3B", "0150 OSLO")


@pytest.mark.parametrize("grading", ["ugradert", "klientadresse", "fortrolig", "strengtFortrolig"])
def test_the_address_for_post_is_taken_whatever_its_grade(grading: str) -> None:
    box = {"postboks": "Postboks 12", "poststed": OSLO}
    post = in_force(adressegradering=grading, postboksadresse=box)
    home = [{"erGjeldende": True, "adressegradering": grading, **HOME}]
    assert lines(postadresse=post, bostedsadresse=home) == ("Postboks 12", "0150 OSLO")


def test_addresses_of_every_kind_can_be_printed() -> None:
    free = {"adresselinje": ["c/o Kry Rype", "Skulevegen 1"], "poststed": OSLO}
    assert lines(postadresse=in_force(postadresseIFrittFormat=free)) == (
        "c/o Kry Rype", "Skulevegen 1", "0150 OSLO"
    )
    farm = {"adressetilleggsnavn": "Nordgarden", "poststed": OSLO, "coAdressenavn": "c/o Øks"}
    assert lines(bostedsadresse=in_force(matrikkeladresse=farm)) == (
        "c/o Øks", "Nordgarden", "0150 OSLO"
    )
    away = {"adressenavnNummer": "Storgatan 1", "postkode": "11122",
            "byEllerStedsnavn": "Stockholm", "landkode": "SWE"}  # fmt: skip
    assert lines(postadresseIUtlandet=in_force(utenlandskAdresse=away)) == (
        "Storgatan 1", "11122 Stockholm", "SWEDEN"
    )


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"status": in_force(status="doed")}, "register-over"),
        ({"foedsel": in_force(foedselsaar="2020")}, "register-too-young"),
        ({"bostedsadresse": []}, "register-no-address"),
    ],
)
def test_who_gets_no_letter_is_set_aside_for_good(person: Any, code: str) -> None:
    with pytest.raises(OutsideFailed) as refused:
        freg.postal_address(a_document(**person), NOW)
    assert (refused.value.code, refused.value.permanent) == (code, True)


def test_what_is_not_as_documented_is_a_passing_fault_without_its_contents() -> None:
    for document in ({}, {"folkeregisterperson": []}, a_document(status=in_force(status="?"))):
        with pytest.raises(OutsideFailed) as refused:
            freg.understood(partial(freg.registered_person, document))
        assert (refused.value.code, refused.value.permanent) == ("register-garbage", False)
        assert NUMBER not in refused.value.detail


def test_one_odd_person_does_not_hold_up_the_others() -> None:
    odd, absent = a_document(status=[]), {"foedselsEllerDNummer": FORMER}
    assert len(freg.registered_people([odd, absent, a_document()])) == 1


def test_a_page_of_the_feed_tells_how_far_it_goes() -> None:
    feed = [
        {"sekvensnummer": 7, "hendelse": told("endringIDoedsfall")},
        {"sekvensnummer": 9, "hendelse": told("endringISivilstand")},
        {"sekvensnummer": 12, "hendelse": {"hendelsestype": "personErBosatt"}},
    ]
    page = freg.event_page(feed, 6)
    assert [event.kind for event in page.events] == [EventKind.DEATH, EventKind.OTHER]
    assert (page.read_to, page.is_last) == (12, True)
    assert freg.event_page([], 6).read_to == 6


def told(kind: str) -> dict[str, str]:
    return {"hendelsestype": kind, "folkeregisteridentifikator": NUMBER}
