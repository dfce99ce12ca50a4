"""A citizen who visits service providers that are not ours."""

import json
from typing import Any

from playwright.sync_api import Page

from hub.development.synthetic import Standing, SyntheticPerson
from tests.installation import Installation
from tests.interop.peers.wire import Wire
from tests.journeys.citizen import Citizen


class Visitor(Citizen):
    """Somebody at one tab, whose SAML messages are listened to."""

    def __init__(self, page: Page, installation: Installation) -> None:
        super().__init__(page, installation)
        self.wire = Wire(page.context)

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def logs_in(self) -> SyntheticPerson:
        """At the hub's page, as somebody whom no other test has met."""
        person = self.installation.person(Standing.WITH_MOBILE)
        self.logs_in_by_sms(person)
        return person

    def logs_out_at_the_hub(self) -> None:
        """Begin there; what the hub then has to ask by the browser is not walked yet."""
        self.opens(f"{self.installation.hub}/logout")
        self.presses("logout")

    def lets_the_hub_walk(self) -> None:
        """Let the extra window go through the services that only the browser can tell."""
        self.page.locator("#logout-walk button").click()

    def is_told_that_all_are_out(self) -> None:
        self.sees("Alle tenestene du brukte, har stadfesta at du er logga ut.")

    def comes_to(self, address: str) -> None:
        self.page.wait_for_url(address)

    def is_told(self, name: str) -> str:
        """What a page of JSON says under this name."""
        return str(self.reads_json()[name])

    def reads_json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.reads())
        return read

    def reads(self) -> str:
        """What the page says, once it is there whole."""
        self.page.wait_for_load_state()
        return self.page.locator("body").inner_text()
