"""Time that goes by while nobody waits: moments in the demo's database are moved back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Update, update

from hub.commands import opened_store
from hub.development.synthetic import SyntheticPerson
from hub.person import read_number
from hub.store.tables import login_session
from sp_registry.rollouts import Kind
from sp_registry.tables import rollout
from tests.installation import Installation


def a_login_grows_old(demo: Installation, person: SyntheticPerson, by: timedelta) -> None:
    """Every login of this person was so much earlier; the sessions live on."""
    store = opened_store(demo.settings)
    found = store.people.find(read_number(person.national_id))
    store.close()
    assert found is not None
    theirs = update(login_session).where(login_session.c.person_id == found.id)
    _write(demo, theirs.values(authenticated_at=datetime.now(UTC) - by))


def what_was_scheduled_is_due(demo: Installation) -> None:
    """The time has come that an approver set; a worker looks every five seconds."""
    waits = rollout.c.ended_at.is_(None) & (rollout.c.kind == Kind.SCHEDULED)
    _write(demo, update(rollout).where(waits).values(due_at=datetime.now(UTC)))


def _write(demo: Installation, change: Update) -> None:
    store = opened_store(demo.settings)

    def job(connection: Connection) -> None:
        assert connection.execute(change).rowcount > 0

    store.database.write(job)
    store.close()
