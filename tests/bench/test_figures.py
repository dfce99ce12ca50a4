from pytest import approx

from bench.figures import Measured, Part, Repetition, percentile, table_of_measured, table_of_parts


def measured() -> Measured:
    one = Measured("", "rsa-2048", "signed request")
    one.repetitions += [Repetition(1000, 200), Repetition(800, 240), Repetition(900, 225)]
    return one


def test_answers_per_second_come_from_the_least_disturbed_repetition() -> None:
    assert measured().per_second == approx(1250)


def test_the_ratio_is_the_median_of_the_repetitions_own() -> None:
    assert measured().of_raw == approx(0.25)


def test_two_signatures_of_an_answer_count_twice() -> None:
    found = measured().as_json()
    assert found["of_raw_counted_as_signatures"] == approx(0.5)
    assert found["raw_signatures_per_answer"] == approx(4)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.50), percentile(values, 0.99)) == (50, 99)
    assert percentile([7.0], 0.99) == 7


def test_the_tables_name_key_and_case() -> None:
    assert "rsa-2048, signed request" in table_of_measured([measured()])
    assert "p-256, read a session  14.2" in table_of_parts([Part("p-256", "read a session", 14.2)])
