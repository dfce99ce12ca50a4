"""What staff did, found in the audit log."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from hub.registry.audit import registry_audit
from hub.seams.records import AuditEvent
from hub.store.deeds import DeedsInDatabase
from hub.store.open_store import DatabaseStore
from sp_registry.seams import DeedsWanted
from sp_registry.tables import sp_ident
from tests.builders import MOMENT

NAV, AUKRA = "889640782", "974760673"
OURS, THEIRS = "https://nav.example.no", "https://aukra.example.no"


@pytest.fixture
def deeds(store: DatabaseStore) -> DeedsInDatabase:
    rows = [
        {"entity_id": OURS, "id": "1", "owner": NAV},
        {"entity_id": THEIRS, "id": "2", "owner": AUKRA},
    ]
    store.database.write(lambda db: db.execute(insert(sp_ident), rows))
    audit = registry_audit(store.ledger)
    day = timedelta(days=1)
    audit("sp-proposed", "staff:p1", MOMENT, {"entity_id": OURS, "note": "new key"})
    audit("sp-approved", "staff:p2", MOMENT + day, {"entity_id": THEIRS})
    audit("staff-invited", "shell:root", MOMENT + 2 * day, {"organisation": NAV})
    told = {"by": "support", "number": "secret"}
    store.ledger.append(AuditEvent("looked-up", MOMENT + 3 * day, person_id="p9", details=told))
    store.ledger.append(AuditEvent("logged-in", MOMENT, person_id="p9"))
    return DeedsInDatabase(store.database)


def found(deeds: DeedsInDatabase, **wanted: Any) -> list[str]:
    rows, count = deeds.page(DeedsWanted(**wanted), 50, 0)
    assert count == len(rows)
    return [row.event for row in rows]


def test_the_newest_come_first_and_no_login_of_a_citizen(deeds: DeedsInDatabase) -> None:
    assert found(deeds) == ["looked-up", "staff-invited", "sp-approved", "sp-proposed"]


def test_a_page_says_how_many_there_are(deeds: DeedsInDatabase) -> None:
    rows, count = deeds.page(DeedsWanted(), 1, 3)
    assert [row.event for row in rows] == ["sp-proposed"] and count == 4
    assert (rows[0].by, rows[0].entity_id) == ("staff:p1", OURS)
    assert rows[0].details["note"] == "new key"


def test_they_are_filtered(deeds: DeedsInDatabase) -> None:
    assert found(deeds, entity_id=THEIRS) == ["sp-approved"]
    assert found(deeds, by="staff:p1") == ["sp-proposed"]
    assert found(deeds, kinds=("sp-",)) == ["sp-approved", "sp-proposed"]
    day = MOMENT + timedelta(days=1)
    assert found(deeds, since=day, before=day + timedelta(days=1)) == ["sp-approved"]


def test_an_organisation_has_its_services_and_its_people(deeds: DeedsInDatabase) -> None:
    assert found(deeds, organisations=(NAV,)) == ["staff-invited", "sp-proposed"]
    assert found(deeds, organisations=()) == []


def test_what_was_done_to_a_citizen_has_no_details_here(deeds: DeedsInDatabase) -> None:
    rows, _count = deeds.page(DeedsWanted(by="support"), 50, 0)
    assert rows[0].details == {}
