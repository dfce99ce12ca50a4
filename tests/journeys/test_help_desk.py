"""A caller who has lost the codes: found, helped, and told who looked and why."""

from collections.abc import Callable

from hub.development.synthetic import Standing
from tests.accessibility import has_no_faults
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.journeys.test_registry import made_staff

WORDS = "ringte og har mista arket på toget"


def test_lost_codes_are_replaced_in_two_clicks_and_the_caller_sees_it(
    demo: Installation, another_citizen: Callable[..., Citizen]
) -> None:
    caller = demo.person(Standing.WITH_MOBILE)
    siri = another_citizen()
    siri.page.goto(f"{demo.hub}/support")
    siri.logs_in_by_sms(made_staff(demo, "support", "Siri"))
    siri.sees("Slå opp ein person")
    has_no_faults(siri.page)
    siri.writes(national_id=caller.national_id, words=WORDS)
    siri.page.locator("[name=reason]").select_option("lost-codes")
    siri.presses()
    siri.sees("Kva du kan gjere")
    siri.sees("Registrert")
    has_no_faults(siri.page)

    siri.page.get_by_role("link", name="Sperr PIN-kodane og bestill nye").click()
    siri.sees("Alle arka blir ugyldige no")
    has_no_faults(siri.page)
    siri.presses()
    siri.sees("Gjort: Sperr PIN-kodane og bestill nye.")
    siri.sees("Ingen gyldige ark.")
    assert caller.national_id not in siri.page.content()

    citizen = another_citizen()
    citizen.page.goto(f"{demo.hub}/me/history")
    citizen.logs_in_by_sms(caller)
    citizen.sees("Brukarstøtta såg på MinID-en din.")
    citizen.sees(WORDS)
    citizen.sees("Brukarstøtta gjorde dette: Sperr PIN-kodane og bestill nye.")
    has_no_faults(citizen.page)
