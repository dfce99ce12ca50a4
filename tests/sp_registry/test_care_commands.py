"""`minid sp health`, `sp calendar` and `sp care`."""

import json
from pathlib import Path

from sp_registry.watch import LOGIN, REFUSED, ClockSeen, Counted
from tests.sp_registry.registry_fixtures import NAV, NOW, World
from tests.sp_registry.test_transfer import register, run

TODAY = NOW.date()


def seen(world: World) -> None:
    world.watch.counted += [
        Counted(TODAY, LOGIN, "", 12), Counted(TODAY, REFUSED, "request-stale", 3)
    ]  # fmt: skip
    world.watch.seconds[NAV] = ClockSeen({150: 9}, 151, NOW)


def test_health_is_told_in_words(world: World, tmp_path: Path) -> None:
    register(world, tmp_path)
    seen(world)
    status, told = run(world, "sp", "health", NAV)
    assert status == 0
    assert "  12 logins, 3 refused since 2026-10-25" in told
    assert "  refused 3: request-stale" in told
    assert "  clock: median 150 s, latest 151 s, near the limit" in told


def test_health_comes_as_csv(world: World, tmp_path: Path) -> None:
    register(world, tmp_path)
    seen(world)
    (text,) = run(world, "sp", "health", NAV, "--csv")[1]
    lines = text.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("day,logins,refused", "2026-11-23,12,3", 31)


def test_a_test_service_is_not_told_the_numbers_of_production(
    world: World, tmp_path: Path
) -> None:
    register(world, tmp_path, NAV, "--environment", "test")
    (told,) = run(world, "sp", "health", f"test {NAV}")[1]
    assert "another environment" in told


def test_the_calendar_has_what_runs_out_and_all_if_asked(world: World, tmp_path: Path) -> None:
    register(world, tmp_path)
    assert run(world, "sp", "calendar") == (0, [])
    told = run(world, "sp", "calendar", "--all")[1]
    assert [line.split("\t")[2] for line in told] == [NAV, NAV, "MinID"]
    read = json.loads(run(world, "sp", "calendar", "--all", "--json")[1][0])
    assert read[0]["entity_id"] == NAV and read[-1]["use"] == "metadata"


def test_care_tells_who_has_no_contact_and_who_gets_the_number(
    world: World, tmp_path: Path
) -> None:
    register(world, tmp_path)
    told = run(world, "sp", "care")[1]
    assert told[0] == f"{NAV}\tno contact"
    assert told[1].startswith(f"{NAV}\tidentity number: ")
    assert told[1].endswith(f"\t0 logins\tapproved {TODAY}")
    read = json.loads(run(world, "sp", "care", "--json")[1][0])
    assert read["unattended"][0]["has_no_contact"] is True
    assert read["identity_number"][0]["is_overdue"] is False
