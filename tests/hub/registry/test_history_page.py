"""The history of what staff did, in a whole hub."""

from sp_registry.staff import Role
from tests.hub.registry.test_staff import CONTACT_OF, grant, send, sp_address, staff_browser
from tests.hub.world import KARI, NILS, OLA, OPEN, SP, World, desk


def test_it_tells_who_did_what_and_is_filtered(world: World) -> None:
    admin = staff_browser(world, KARI, Role.ADMINISTRATOR)
    admin.open(sp_address(world))
    send(admin, f"{sp_address(world)}/suspend")
    page = admin.open("/registry/history?kind=services&locale=nn")
    assert "Stengde tenesta" in page.text and SP in page.text
    assert "Stengde" not in admin.open("/registry/history?kind=people").text
    assert "Stengde" not in admin.open("/registry/history?until=1999-01-01").text
    assert "Stengde" in admin.open(f"/registry/history?sp={sp_address(world)[-16:]}").text


def test_a_day_that_is_none_is_no_filter(world: World) -> None:
    auditor = staff_browser(world, KARI, Role.AUDITOR)
    assert auditor.open("/registry/history?since=yesterday&page=x").status == 200
    assert auditor.open("/registry/history?page=99").status == 404


def test_a_contact_reads_of_their_own_organisation_alone(world: World) -> None:
    contact = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    grant(world, NILS, Role.CONTACT, "889640782")
    desk(world.store).suspend(OPEN, "kari", world.clock.now())
    page = contact.open("/registry/history")
    assert page.status == 200 and OPEN not in page.text and SP not in page.text
    id = sp_address(world)[-16:]
    assert contact.open(f"/registry/history?sp={id}").status == 404
