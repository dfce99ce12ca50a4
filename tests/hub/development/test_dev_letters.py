"""From an order to a letter on screen, and from its codes to a login."""

from dataclasses import replace

import pytest

from hub.app import print_office
from hub.development import dev_letters
from hub.errors import HubError
from hub.letters.printing import print_due
from hub.outside.letter_office import DevelopmentPrinter
from hub.person import read_number
from hub.seams.letters import SealedLetter
from tests.hub.letters.office import codes_on
from tests.hub.world import PASSWORD, UNSHEETED, World, ask, settings_in


def print_for(world: World) -> None:
    known = world.store.people.find(read_number(UNSHEETED.number))
    assert known
    world.store.letters.order(known.id, "test", world.clock.now())
    print_due(replace(print_office(world.settings, world.store), register=world.population))


def test_the_codes_of_a_letter_open_a_login(world: World) -> None:
    print_for(world)
    browser = world.browser()
    [letter] = browser.client.get("/dev/letters.json").get_json()
    assert letter["state"] == "rendered"
    answer = browser.client.get(letter["pdf"])
    assert answer.headers["Content-Type"] == "application/pdf"
    codes = codes_on(answer.get_data())
    ask(world, browser)
    page = browser.send(national_id=UNSHEETED.number, password=PASSWORD)
    number = int(page.inputs()["pin_number"])
    assert browser.send(pin=codes[number]).is_answer


def test_the_page_lists_letters_and_what_waits(world: World) -> None:
    browser = world.browser()
    assert "Ingen brev" in browser.open("/dev/letters").text
    print_for(world)
    assert "/dev/letters/" in browser.open("/dev/letters").text


def test_the_page_tells_how_to_install_what_sets_letters(world: World) -> None:
    class WithoutTypst:
        def can_set(self) -> bool:
            return False

        def pdf(self, letter: SealedLetter) -> bytes:
            raise HubError("not here")

    world.app.register_blueprint(dev_letters.letter_pages(WithoutTypst()), name="without",
                                 url_prefix="/without")
    assert "pip install" in world.browser().open("/without/dev/letters").text


def test_a_letter_that_is_not_there_is_not_found(world: World) -> None:
    assert world.browser().open("/dev/letters/none.pdf").status == 404


def test_production_has_no_letters_on_screen(world: World) -> None:
    settings = settings_in(world.settings.instance, mode="production")
    with pytest.raises(HubError) as refused:
        DevelopmentPrinter(settings, world.clock)
    assert refused.value.code == "adapter-mode"
