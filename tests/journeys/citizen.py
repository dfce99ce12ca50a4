"""What a citizen does in a browser, in the words of the journeys."""

from playwright.sync_api import Page, expect

from hub.development.synthetic import SyntheticPerson
from tests.installation import Installation

FRESH_PASSWORD = "lyngsti-okarina-79-tåkelur"


class Citizen:
    """Somebody at one tab."""

    def __init__(self, page: Page, installation: Installation) -> None:
        self.page = page
        self.installation = installation

    def goes_to(self, agency: str, service: str) -> None:
        """Open the agency's page and choose a service there."""
        self.page.goto(f"{self.installation.agencies}/{agency}/")
        self.page.locator(f"a[href='/{agency}/login/{service}']").click()

    def writes(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"[name={name}]").fill(text)

    def presses(self, button: str = "continue") -> None:
        """Press the button of this name."""
        self.page.locator(f"button[name={button}]").click()

    def gives_password(self, person: SyntheticPerson) -> None:
        assert person.password is not None
        self.writes(national_id=person.national_id, password=person.password)
        self.presses()

    def gives_sms_code(self, mobile: str | None) -> None:
        assert mobile is not None
        self.is_asked("otp")
        self.writes(otp=self.installation.last_sms(to=mobile)[:6])
        self.presses()

    def gives_pin(self, person: SyntheticPerson) -> int:
        """Write the code that is asked for; its number."""
        number = self.number_asked("pin_number")
        self.writes(pin=person.pins[number])
        self.presses()
        return number

    def gives_two_pins(self, person: SyntheticPerson) -> None:
        self.is_asked("pin_1")
        first, second = self.number_asked("pin_1_number"), self.number_asked("pin_2_number")
        self.writes(pin_1=person.pins[first], pin_2=person.pins[second])
        self.presses()

    def chooses_password(self, password: str = FRESH_PASSWORD) -> None:
        self.is_asked("new_password")
        self.writes(new_password=password, new_password_again=password)
        self.presses()

    def logs_in_by_sms(self, person: SyntheticPerson) -> None:
        self.gives_password(person)
        self.gives_sms_code(person.mobile)

    def logs_in_by_pin(self, person: SyntheticPerson) -> None:
        self.gives_password(person)
        self.gives_pin(person)

    def number_asked(self, field: str) -> int:
        """The number of a code that the page asks for."""
        return int(self.page.locator(f"[name={field}]").input_value())

    def is_asked(self, field: str) -> None:
        expect(self.page.locator(f"[name={field}]")).to_be_visible()

    def is_in(self, agency: str, service: str) -> None:
        """At the agency's service, logged in."""
        self.page.wait_for_url(f"{self.installation.agencies}/{agency}/service/{service}")

    def is_told(self, name: str) -> str:
        """What the agency shows that MinID told of a login."""
        term = self.page.locator("dt", has_text=name)
        return term.locator("xpath=following-sibling::dd[1]").inner_text()

    def attribute(self, name: str) -> str:
        """The value of an attribute that the agency got."""
        row = self.page.locator("tr", has=self.page.get_by_role("rowheader", name=name))
        return row.locator("td").inner_text()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)
