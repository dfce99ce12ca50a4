"""The demo's made-up people."""

import json
import random

import phonenumbers
import pytest
from zxcvbn import zxcvbn

from hub.development.synthetic import (
    SyntheticPerson,
    as_people_json,
    as_table,
    synthetic_number,
    synthetic_people,
)
from hub.person import NumberKind, read_number


@pytest.fixture(scope="module")
def people() -> tuple[SyntheticPerson, ...]:
    return synthetic_people(random.Random(42))


def test_the_same_seed_makes_the_same_people(people: tuple[SyntheticPerson, ...]) -> None:
    assert synthetic_people(random.Random(42)) == people
    assert synthetic_people(random.Random(43)) != people


def test_every_standing_with_minid_is_there(people: tuple[SyntheticPerson, ...]) -> None:
    registered = [person for person in people if person.password]
    assert len([person for person in registered if person.mobile]) == 8
    assert len([person for person in registered if not person.mobile]) == 2
    assert len([person for person in people if not person.password]) >= 2
    assert not [person for person in people if person.mobile and not person.password]


def test_the_numbers_are_read_as_synthetic(people: tuple[SyntheticPerson, ...]) -> None:
    kinds = {read_number(person.national_id).kind for person in people}
    assert kinds == {NumberKind.TENOR, NumberKind.TENOR_D_NUMBER}


def test_no_two_people_share_a_number_password_or_mobile(
    people: tuple[SyntheticPerson, ...],
) -> None:
    for secrets in (
        [person.national_id for person in people],
        [person.password for person in people if person.password],
        [person.mobile for person in people if person.mobile],
        [person.name for person in people],
    ):
        assert len(set(secrets)) == len(secrets)


@pytest.mark.parametrize("is_d_number", [False, True])
def test_both_check_digits_hold_by_plain_arithmetic(is_d_number: bool) -> None:
    source = random.Random(7)
    for _ in range(200):
        d = [int(digit) for digit in synthetic_number(source, is_d_number=is_d_number)]
        first = 3 * d[0] + 7 * d[1] + 6 * d[2] + d[3] + 8 * d[4] + 9 * d[5] + 4 * d[6]
        first += 5 * d[7] + 2 * d[8] + d[9]
        second = 5 * d[0] + 4 * d[1] + 3 * d[2] + 2 * d[3] + 7 * d[4] + 6 * d[5] + 5 * d[6]
        second += 4 * d[7] + 3 * d[8] + 2 * d[9] + d[10]
        assert (first % 11, second % 11) == (0, 0)
        assert 81 <= 10 * d[2] + d[3] <= 92
        assert (d[0] >= 4) is is_d_number


def test_the_passwords_would_pass_at_registration(people: tuple[SyntheticPerson, ...]) -> None:
    for person in people:
        if person.password:
            assert len(person.password) >= 8
            assert zxcvbn(person.password, user_inputs=person.name.split())["score"] >= 2


def test_the_mobiles_are_norwegian_mobiles_in_e164(people: tuple[SyntheticPerson, ...]) -> None:
    for mobile in (person.mobile for person in people if person.mobile):
        number = phonenumbers.parse(mobile)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == mobile


def test_each_sheet_has_twenty_different_codes_of_six_digits(
    people: tuple[SyntheticPerson, ...],
) -> None:
    for person in people:
        assert list(person.pins) == list(range(1, 21))
        assert len(set(person.pins.values())) == 20
        assert all(len(code) == 6 and code.isdigit() for code in person.pins.values())


def test_a_person_shows_nothing_but_the_name_in_a_log(
    people: tuple[SyntheticPerson, ...],
) -> None:
    assert repr(people[0]) == f"SyntheticPerson(name={people[0].name!r})"


def test_people_json_has_the_promised_fields(people: tuple[SyntheticPerson, ...]) -> None:
    read = json.loads(as_people_json(people))
    assert [entry["name"] for entry in read] == [person.name for person in people]
    assert all(
        list(entry) == ["national_id", "name", "password", "mobile", "pins"] for entry in read
    )
    assert read[0]["pins"]["7"] == people[0].pins[7]
    assert read[-1]["password"] is None and read[-1]["mobile"] is None


def test_the_table_fits_a_terminal_and_says_where_the_codes_are(
    people: tuple[SyntheticPerson, ...],
) -> None:
    lines = as_table(people, "somewhere/people.json").splitlines()
    assert max(len(line) for line in lines) <= 120
    assert "somewhere/people.json" in lines[-1]
    for person, line in zip(people, lines[2:], strict=False):
        assert person.name in line and person.national_id in line and person.pins[1] in line
