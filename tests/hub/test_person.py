"""Identity numbers: dates, checksums old and new, and what is never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.person import K1_WEIGHTS, K2_WEIGHTS, NationalId, NotANumber, NumberKind, Person
from hub.person import read_number as read

PUBLISHED_FOR_2032 = ["02013299997", "30108299920", "30108299939"]


def made(date: str, remainder: int = 0) -> str:
    """The first number of this date whose first checksum leaves this remainder."""
    for individual in range(100, 1000):
        digits = [int(digit) for digit in f"{date}{individual}"]
        for weights, left in ((K1_WEIGHTS, remainder), (K2_WEIGHTS, 0)):
            weighed = sum(w * d for w, d in zip(weights, digits, strict=True))
            digits.append((left - weighed) % 11)
        if max(digits) < 10:
            return "".join(map(str, digits))
    raise AssertionError(f"no number of {date} is issued")


@pytest.mark.parametrize("number", PUBLISHED_FOR_2032)
def test_the_examples_published_for_2032_are_read(number: str) -> None:
    assert read(number) == NationalId(number, NumberKind.FNR)


@pytest.mark.parametrize("remainder", [0, 1, 2, 3])
def test_the_first_checksum_may_leave_up_to_three(remainder: int) -> None:
    assert read(made("010190", remainder)).kind is NumberKind.FNR


@pytest.mark.parametrize("remainder", [4, 5, 6, 7, 8, 9])
def test_the_first_checksum_may_leave_no_more(remainder: int) -> None:
    with pytest.raises(NotANumber):
        read(made("010190", remainder))


@pytest.mark.parametrize("number", PUBLISHED_FOR_2032)
def test_the_second_checksum_leaves_nothing(number: str) -> None:
    for digit in set("0123456789") - {number[-1]}:
        with pytest.raises(NotANumber):
            read(number[:-1] + digit)


@given(st.sampled_from(PUBLISHED_FOR_2032), st.integers(0, 9), st.integers(0, 9))
def test_a_changed_digit_or_two_swapped_are_mostly_noticed(
    number: str, place: int, digit: int
) -> None:
    changed = number[:place] + str(digit) + number[place + 1 :]
    if changed != number:
        with pytest.raises(NotANumber):
            read(changed)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("010190", NumberKind.FNR),
        ("290200", NumberKind.FNR),  # the century is not read from it
        ("410190", NumberKind.D_NUMBER),
        ("710190", NumberKind.D_NUMBER),
        ("018190", NumberKind.TENOR),
        ("319290", NumberKind.TENOR),
        ("418190", NumberKind.TENOR_D_NUMBER),
        ("014190", NumberKind.OTHER_SYNTHETIC),
        ("016690", NumberKind.OTHER_SYNTHETIC),
        ("812345", NumberKind.FH_NUMBER),
        ("912345", NumberKind.FH_NUMBER),
    ],
)
def test_each_series_is_known_by_its_date(date: str, expected: NumberKind) -> None:
    assert read(made(date)).kind is expected


@pytest.mark.parametrize("date", ["0001", "3201", "3002", "3104", "0100", "0113", "0153", "0193"])
def test_it_refuses_a_date_that_is_none(date: str) -> None:
    with pytest.raises(NotANumber, match="no date"):
        read(made(f"{date}90"))


def test_spaces_are_read_past() -> None:
    assert read(" 020132 99997 ").digits == "02013299997"


@pytest.mark.parametrize("typed", ["", "0201329999", "020132999977", "0201329999x", "٠٢٠١٣٢٩٩٩٩٧"])
def test_it_refuses_other_than_eleven_digits(typed: str) -> None:
    with pytest.raises(NotANumber, match="11 digits"):
        read(typed)


@given(st.text(max_size=12))
def test_whatever_is_typed_it_reads_or_refuses_and_tells_no_digits(typed: str) -> None:
    try:
        read(typed)
    except NotANumber as refused:
        assert not any(digit in str(refused).replace("11", "") for digit in "0123456789")


def test_no_text_of_it_shows_a_digit() -> None:
    number = read("02013299997")
    assert (repr(number), str(number)) == ("NationalId(kind=<NumberKind.FNR: 'fnr'>)", "<fnr>")


def test_a_person_shows_neither_password_nor_mobile() -> None:
    shown = repr(Person("id", "argon2-hash", "+4791234567"))
    assert "argon2" not in shown and "9123" not in shown


def test_a_person_with_a_password_is_registered() -> None:
    assert Person("id", "hash", None).is_registered
    assert not Person("id", None, "+4791234567").is_registered
