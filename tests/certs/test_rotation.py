"""Which key signs for whom, at every moment of a change of keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.rotation import DatedKey, KeyUnknown, NoActiveKey, Pin, Rotation, State
from tests.certs.sample_certificates import certificate

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = DatedKey(certificate(1), START, None, START)
SECOND = DatedKey(certificate(2), START + 10 * DAY)
SCHEDULED = replace(
    SECOND, window_opens_at=START + 30 * DAY, active_at=START + 60 * DAY
)
BEFORE, INSIDE, AFTER = (START + days * DAY for days in (20, 45, 70))
TWO = Rotation((FIRST, SCHEDULED))


def signer(now: datetime, *pins: Pin, proved_at: datetime | None = None) -> str:
    proved = {} if proved_at is None else {SECOND.fingerprint: proved_at}
    key = TWO.signing(now, pins, proved)
    return "first" if key == FIRST else "second"


def pin(key: DatedKey, at: datetime, made_at: datetime = BEFORE) -> Pin:
    return Pin(key.fingerprint, at, made_at)


@pytest.mark.parametrize(
    ("now", "first", "second"),
    [
        (BEFORE, State.ACTIVE, State.NEXT),
        (INSIDE, State.ACTIVE, State.NEXT),
        (AFTER, State.RETIRING, State.ACTIVE),
    ],
)
def test_states_follow_from_dates(now: datetime, first: State, second: State) -> None:
    assert (TWO.state_of(FIRST, now), TWO.state_of(SCHEDULED, now)) == (first, second)


def test_a_retired_key_is_neither_published_nor_used() -> None:
    gone = replace(FIRST, retired_at=AFTER)
    rotation = Rotation((gone, SCHEDULED))
    assert rotation.state_of(gone, AFTER) is State.RETIRED
    assert rotation.published(AFTER) == (SCHEDULED,)
    assert rotation.published(AFTER - timedelta(seconds=1)) == (SCHEDULED, gone)


@pytest.mark.parametrize(
    ("now", "order"),
    [
        (START + 9 * DAY, [FIRST]),  # the second is not made yet
        (BEFORE, [FIRST, SCHEDULED]),
        (INSIDE, [FIRST, SCHEDULED]),
        (AFTER, [SCHEDULED, FIRST]),
    ],
)
def test_active_comes_first_in_the_metadata(now: datetime, order: list[DatedKey]) -> None:
    assert list(TWO.published(now)) == order


@pytest.mark.parametrize(
    ("now", "expected"), [(BEFORE, "first"), (INSIDE, "first"), (AFTER, "second")]
)
def test_who_has_shown_nothing_is_switched_when_the_window_ends(
    now: datetime, expected: str
) -> None:
    assert signer(now) == expected


@pytest.mark.parametrize(
    ("now", "expected"), [(BEFORE, "first"), (INSIDE, "second"), (AFTER, "second")]
)
def test_who_has_proved_the_key_is_switched_inside_the_window(
    now: datetime, expected: str
) -> None:
    assert signer(now, proved_at=BEFORE) == expected


def test_proof_counts_from_when_it_came() -> None:
    assert signer(INSIDE, proved_at=INSIDE + DAY) == "first"
    assert signer(INSIDE + DAY, proved_at=INSIDE + DAY) == "second"


def test_a_date_of_its_own_counts_inside_the_window_and_before_it() -> None:
    assert signer(INSIDE - DAY, pin(SECOND, INSIDE)) == "first"
    assert signer(INSIDE, pin(SECOND, INSIDE)) == "second"
    assert signer(BEFORE, pin(SECOND, BEFORE)) == "second"


def test_a_later_date_of_its_own_is_waited_for() -> None:
    late = pin(SECOND, AFTER + DAY)
    assert signer(AFTER, late) == "first"
    assert signer(AFTER, late, proved_at=BEFORE) == "first"
    assert signer(AFTER + DAY, late) == "second"


def test_a_pin_to_the_active_key_holds_until_another_is_due() -> None:
    held = pin(FIRST, BEFORE)
    assert signer(AFTER, held, proved_at=BEFORE) == "first"
    let_go = pin(SECOND, AFTER + DAY, made_at=AFTER)
    assert signer(AFTER, held, let_go) == "first"
    assert signer(AFTER + DAY, held, let_go) == "second"


def test_an_early_switch_does_not_hold_at_the_next_change() -> None:
    third = DatedKey(certificate(3), AFTER, AFTER, AFTER + DAY)
    rotation = Rotation((FIRST, SCHEDULED, third))
    early = pin(SECOND, INSIDE)
    assert rotation.signing(AFTER, [early]) == SCHEDULED
    assert rotation.signing(AFTER + DAY, [early]) == third


def test_who_is_pinned_to_a_retired_key_gets_the_active_one() -> None:
    rotation = Rotation((replace(FIRST, retired_at=AFTER), SCHEDULED))
    assert rotation.signing(AFTER, [pin(FIRST, BEFORE)]) == SCHEDULED


def test_a_key_may_sign_as_long_as_anything_leads_to_it() -> None:
    assert TWO.may_sign(FIRST, AFTER, [pin(FIRST, BEFORE)])
    assert TWO.may_sign(FIRST, AFTER, [pin(SECOND, AFTER + DAY)])
    assert TWO.may_sign(FIRST, AFTER, [pin(FIRST, AFTER + DAY, made_at=AFTER)])
    assert not TWO.may_sign(FIRST, AFTER, [pin(SECOND, INSIDE)])


def test_without_a_key_in_use_there_is_no_active_one() -> None:
    with pytest.raises(NoActiveKey, match="minid init"):
        Rotation((SECOND,)).active(AFTER)
    with pytest.raises(NoActiveKey):
        Rotation(()).signing(AFTER)


def test_a_key_is_found_by_the_beginning_of_its_fingerprint() -> None:
    assert TWO.find(FIRST.fingerprint[:8], BEFORE) == FIRST
    for beginning in (FIRST.fingerprint[:7], "00000000", ""):
        with pytest.raises(KeyUnknown):
            TWO.find(beginning, BEFORE)


# --- at every moment, whatever was planned ---------------------------------------------------

moments = st.integers(0, 200).map(lambda days: START + days * DAY)
lengths = st.integers(0, 40).map(lambda days: days * DAY)


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    """The first key in use from the start; later ones planned, some retired or given up."""
    keys = [FIRST]
    for number in range(2, draw(st.integers(2, 5))):
        made = draw(moments)
        opens = draw(st.none() | moments.filter(lambda at, made=made: at >= made))
        closes = None if opens is None else opens + draw(lengths)
        keys.append(DatedKey(certificate(number), made, opens, closes))
    rotation = Rotation(tuple(keys))
    retired_at = draw(st.none() | moments)
    if retired_at is not None and rotation.active(retired_at) != FIRST:
        keys[0] = replace(FIRST, retired_at=retired_at)
    return Rotation(tuple(keys))


@st.composite
def receivers(draw: st.DrawFn, rotation: Rotation) -> tuple[list[Pin], dict[str, datetime]]:
    fingerprints = st.sampled_from([key.fingerprint for key in rotation.keys])
    pins = draw(st.lists(st.builds(Pin, fingerprints, moments, moments), max_size=4))
    return pins, draw(st.dictionaries(fingerprints, moments))


@given(data=st.data(), rotation=rotations(), now=moments)
def test_what_is_signed_can_always_be_verified_with_what_is_published(
    data: st.DataObject, rotation: Rotation, now: datetime
) -> None:
    pins, proved = data.draw(receivers(rotation))
    published = rotation.published(now)
    assert rotation.signing(now, pins, proved) in published
    assert [rotation.state_of(key, now) for key in published].count(State.ACTIVE) == 1
    assert rotation.state_of(published[0], now) is State.ACTIVE


@given(rotation=rotations(), now=moments)
def test_nobody_meets_a_key_on_the_day_it_is_made_unless_it_was_planned_so(
    rotation: Rotation, now: datetime
) -> None:
    key = rotation.signing(now)
    assert key.active_at is not None and key.active_at <= now


@given(data=st.data(), rotation=rotations(), now=moments)
def test_a_key_that_may_not_sign_can_be_retired_and_nobody_notices(
    data: st.DataObject, rotation: Rotation, now: datetime
) -> None:
    pins, proved = data.draw(receivers(rotation))
    later = data.draw(moments.filter(lambda at: at >= now))
    for key in rotation.keys:
        if not rotation.may_sign(key, now, pins, proved):
            without = replace(key, retired_at=key.retired_at or now)
            others = tuple(without if each == key else each for each in rotation.keys)
            before = rotation.signing(later, pins, proved)
            assert Rotation(others).signing(later, pins, proved) == before
