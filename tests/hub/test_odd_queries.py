"""Numbers and moments that no page has a place for: an answer, and never a fault of ours."""

from sp_registry.staff import Role
from tests.hub.registry.test_staff import propose, send, sp_address, staff_browser
from tests.hub.world import KARI, World

HUGE = "9" * 30


def test_what_no_list_reaches_is_not_there(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    for address in ("?page=", "/history?page=", "/snapshots/"):
        assert admin.open(f"/registry{address}{HUGE}").status == 404
    admin.open("/registry/people")
    assert send(admin, "/registry/people/withdraw", number=HUGE).status == 409


def test_a_day_that_no_calendar_of_ours_has_is_none(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    for day in ("9999-12-31", "0001-01-01"):
        assert admin.open(f"/registry/history?until={day}&since={day}").status == 200
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59-23:00"):
        assert admin.open(f"/registry/snapshots?at={moment}").status == 422


def test_a_rollout_that_ends_at_no_time_of_ours_is_put_right(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    propose(world)
    address = sp_address(world)
    for form in (
        {"how": "share", "share": "10", "hours": f"-{HUGE}"},
        {"how": "share", "share": HUGE, "hours": "1"},
        {"how": "scheduled", "at": "9999-12-31T23:59-23:00"},
    ):
        admin.open(address)
        assert send(admin, f"{address}/rollout", **form).status == 422
