"""Logouts: whose sessions end, who is told, and which answers count."""

from datetime import datetime, timedelta

import pytest

from hub.errors import FlowError, SessionEnded
from hub.login_session import LoginSession, Proof, ProofKind
from hub.seams.logins import Participant
from hub.seams.logouts import HeldLogout, LegState, LogoutLeg, NewLogout, Sought
from hub.seams.records import AuditEvent
from hub.store.open_store import DatabaseStore
from tests.hub.store.store_builders import SERVICE, TRANSIENT, a_person, a_session, together

OTHER = "https://nav.example.no/saml"
THIRD = "https://posten.example.no/saml"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def a_visit(
    store: DatabaseStore,
    session: LoginSession,
    entity_id: str,
    at: datetime,
    name_id: str | None = None,
    name_id_format: str = TRANSIENT,
) -> Participant:
    event = AuditEvent("answered", at, entity_id=entity_id)
    return store.ledger.answered(
        session, entity_id, name_id_format, name_id or f"_{entity_id}", True, event
    )


def a_logout(at: datetime, handle: str = "h", browser: str | None = "b") -> NewLogout:
    return NewLogout(handle, browser, b"who asked", AuditEvent("logged-out", at))


def sought(visit: Participant, *indexes: str, format: str | None = None) -> Sought:
    return Sought(visit.entity_id, visit.name_id, format, indexes)


def ended(found: HeldLogout | None) -> HeldLogout:
    assert found is not None
    return found


def states(found: HeldLogout) -> dict[str, LegState]:
    return {leg.entity_id: leg.state for leg in found.legs}


def an_asked_leg(store: DatabaseStore, now: datetime) -> LogoutLeg:
    session, _ = a_session(store, now)
    a_visit(store, session, SERVICE, now)
    found = ended(store.logouts.end_session(a_logout(now), session.id, now))
    assert store.logouts.ask(found.legs[0], "redirect", "_r1", now)
    return found.legs[0]


def test_it_ends_the_session_of_the_one_who_asks(store: DatabaseStore, now: datetime) -> None:
    session, cookie = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    ended(store.logouts.end_sought(a_logout(now), sought(visit), now))
    assert store.sessions.find(cookie, now) is None


def test_it_lists_the_others_to_be_told_and_not_the_one_who_asks(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    a_visit(store, session, OTHER, now)
    found = ended(store.logouts.end_sought(a_logout(now), sought(visit), now))
    assert states(found) == {SERVICE: LegState.ASKING, OTHER: LegState.WAITING}


def test_another_service_cannot_end_the_session_by_a_name_that_is_not_its_own(
    store: DatabaseStore, now: datetime
) -> None:
    session, cookie = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    a_visit(store, session, OTHER, now)
    foreign = Sought(OTHER, visit.name_id, None, (visit.session_index,))
    assert store.logouts.end_sought(a_logout(now), foreign, now) is None
    assert store.sessions.find(cookie, now) is not None


def test_a_session_index_narrows_what_ends(store: DatabaseStore, now: datetime) -> None:
    person = a_person(store, now)
    proofs = [Proof(ProofKind.PASSWORD, now)]
    first, first_cookie = store.sessions.start(person.id, proofs, "nn", now)
    second, second_cookie = store.sessions.start(person.id, proofs, "nn", now)
    visit = a_visit(store, first, SERVICE, now, "_same", PERSISTENT)
    a_visit(store, second, SERVICE, now, "_same", PERSISTENT)
    ended(store.logouts.end_sought(a_logout(now), sought(visit, visit.session_index), now))
    assert store.sessions.find(first_cookie, now) is None
    assert store.sessions.find(second_cookie, now) is not None


def test_no_session_index_means_all_sessions_of_the_pair(
    store: DatabaseStore, now: datetime
) -> None:
    person = a_person(store, now)
    proofs = [Proof(ProofKind.PASSWORD, now)]
    opened = [store.sessions.start(person.id, proofs, "nn", now) for _ in range(2)]
    visits = [a_visit(store, one, SERVICE, now, "_same", PERSISTENT) for one, _ in opened]
    ended(store.logouts.end_sought(a_logout(now), sought(visits[0]), now))
    assert [store.sessions.find(cookie, now) for _, cookie in opened] == [None, None]


def test_a_session_index_that_nobody_was_given_ends_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    assert store.logouts.end_sought(a_logout(now), sought(visit, "_other"), now) is None


def test_a_format_that_is_not_the_names_own_ends_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    asked = sought(visit, format=PERSISTENT)
    assert store.logouts.end_sought(a_logout(now), asked, now) is None


def test_the_askers_other_name_in_the_same_session_is_told(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now, "_brief")
    a_visit(store, session, SERVICE, now, "_lasting", PERSISTENT)
    found = ended(store.logouts.end_sought(a_logout(now), sought(visit), now))
    assert {leg.name_id: leg.state for leg in found.legs} == {
        "_brief": LegState.ASKING,
        "_lasting": LegState.WAITING,
    }


def test_a_session_that_is_over_can_still_be_ended_at_its_services(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)
    a_visit(store, session, OTHER, now)
    later = now + timedelta(hours=20)
    found = ended(store.logouts.end_sought(a_logout(later), sought(visit), later))
    assert states(found)[OTHER] == LegState.WAITING


def test_one_that_confirmed_is_not_told_by_a_later_logout(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    a_visit(store, session, OTHER, now)
    visit = a_visit(store, session, SERVICE, now)
    first = ended(store.logouts.end_session(a_logout(now), session.id, now))
    store.logouts.ask(first.legs[0], "soap", "_r1", now)
    store.logouts.told("_r1", OTHER, LegState.CONFIRMED, now)
    second = ended(store.logouts.end_sought(a_logout(now, "h2"), sought(visit), now))
    assert states(second) == {SERVICE: LegState.ASKING}


def test_a_service_that_gets_in_first_is_told_and_one_that_comes_after_gets_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    visit = a_visit(store, session, SERVICE, now)

    def come_in() -> str:
        try:
            return a_visit(store, session, OTHER, now).entity_id
        except SessionEnded:
            return "too late"

    def log_out() -> str:
        found = ended(store.logouts.end_sought(a_logout(now), sought(visit), now))
        return OTHER if OTHER in states(found) else "too late"

    outcomes = together([come_in, log_out])
    assert outcomes[0] == outcomes[1]


def test_it_keeps_the_event_with_its_person(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    ended(store.logouts.end_session(a_logout(now), session.id, now))
    rows = store.database.read(
        lambda db: db.exec_driver_sql("SELECT event, person_id FROM audit").all()
    )
    assert [tuple(row) for row in rows] == [("logged-out", session.person_id)]


def test_an_answer_counts_once(store: DatabaseStore, now: datetime) -> None:
    an_asked_leg(store, now)
    assert store.logouts.told("_r1", SERVICE, LegState.CONFIRMED, now) is not None
    assert store.logouts.told("_r1", SERVICE, LegState.REFUSED, now) is None
    assert states(store.logouts.find("h", "b", now)) == {SERVICE: LegState.CONFIRMED}


def test_an_answer_of_another_service_counts_for_nothing(
    store: DatabaseStore, now: datetime
) -> None:
    an_asked_leg(store, now)
    assert store.logouts.told("_r1", OTHER, LegState.CONFIRMED, now) is None


def test_an_answer_to_nothing_counts_for_nothing(store: DatabaseStore, now: datetime) -> None:
    assert store.logouts.told("_made-up", SERVICE, LegState.CONFIRMED, now) is None


def test_a_leg_asked_again_waits_for_the_newer_answer_alone(
    store: DatabaseStore, now: datetime
) -> None:
    leg = an_asked_leg(store, now)
    assert store.logouts.ask(leg, "redirect", "_r2", now)
    assert store.logouts.told("_r1", SERVICE, LegState.CONFIRMED, now) is None
    assert store.logouts.told("_r2", SERVICE, LegState.CONFIRMED, now) is not None


def test_one_that_confirmed_is_not_asked_again(store: DatabaseStore, now: datetime) -> None:
    leg = an_asked_leg(store, now)
    store.logouts.told("_r1", SERVICE, LegState.CONFIRMED, now)
    assert not store.logouts.ask(leg, "redirect", "_r2", now)


def test_a_late_answer_counts_after_the_silence(store: DatabaseStore, now: datetime) -> None:
    an_asked_leg(store, now)
    store.logouts.told("_r1", SERVICE, LegState.SILENT, now)
    assert store.logouts.told("_r1", SERVICE, LegState.CONFIRMED, now) is not None


def test_it_is_found_by_its_own_browser_alone(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now), session.id, now)
    with pytest.raises(FlowError, match="another browser"):
        store.logouts.find("h", "other", now)


def test_an_unclaimed_one_goes_to_the_first_browser_within_a_minute(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now, browser=None), session.id, now)
    store.logouts.claim("h", "first", now + timedelta(seconds=59))
    store.logouts.claim("h", "second", now + timedelta(seconds=59))
    assert store.logouts.find("h", "first", now).payload == b"who asked"


def test_an_unclaimed_one_is_nobodys_after_a_minute(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now, browser=None), session.id, now)
    later = now + timedelta(seconds=61)
    store.logouts.claim("h", "first", later)
    with pytest.raises(FlowError):
        store.logouts.find("h", "first", later)


def test_the_asking_service_is_answered_by_one_alone(
    store: DatabaseStore, now: datetime
) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now), session.id, now)
    outcomes = together([lambda: store.logouts.answer("h", now)] * 4)
    assert sorted(outcomes) == [False, False, False, True]


def test_who_asked_is_forgotten_with_the_answer(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now), session.id, now)
    store.logouts.answer("h", now)
    assert store.logouts.find("h", "b", now).payload is None


def test_who_asked_is_sealed(store: DatabaseStore, now: datetime) -> None:
    session, _ = a_session(store, now)
    store.logouts.end_session(a_logout(now), session.id, now)
    kept = store.database.read(
        lambda db: db.exec_driver_sql("SELECT payload FROM logout").scalar()
    )
    assert kept is not None and b"who asked" not in bytes(kept)


def test_a_cookie_still_names_its_session_when_that_is_over(
    store: DatabaseStore, now: datetime
) -> None:
    session, cookie = a_session(store, now)
    store.sessions.end(session.id, now)
    assert store.logouts.session_of(cookie) == session.id
    assert store.logouts.session_of("made up") is None


def test_it_is_swept_away_after_a_day(store: DatabaseStore, now: datetime) -> None:
    an_asked_leg(store, now)
    store.sweep(now + timedelta(hours=25))
    left = store.database.read(
        lambda db: db.exec_driver_sql(
            "SELECT (SELECT count(*) FROM logout) + (SELECT count(*) FROM logout_leg)"
        ).scalar()
    )
    assert left == 0
