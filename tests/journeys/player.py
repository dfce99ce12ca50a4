"""Somebody who plays a side of the registry: axe sees each page, and what hands do is counted.

The estimate is the keystroke-level model (Card, Moran and Newell, 1980): a key 0.28 s, a
target pointed at and clicked 1.3 s, a thought of 1.35 s before each, and the time that pages
took to come.  Reading, and waiting for an SMS, are not in it.
"""

from dataclasses import dataclass, fields

from playwright.sync_api import ViewportSize

from hub.development.synthetic import SyntheticPerson
from tests.accessibility import has_no_faults
from tests.journeys.citizen import Citizen

KEY, POINT, THOUGHT = 0.28, 1.1 + 0.2, 1.35  # seconds
TO_PASTE = 2  # keys
TO_CHOOSE_A_FILE = 3  # clicks: the button, the file, and the dialogue's own button
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 720}
CAME_IN = "() => performance.getEntriesByType('navigation')[0].duration / 1000"
IS_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@dataclass
class Hands:
    """What was done with mouse and keyboard, and how long pages took."""

    pages: int = 0
    clicks: int = 0  # on links, buttons and choices
    fields: int = 0  # clicked into, to write
    keys: int = 0
    waited: float = 0.0  # seconds

    @property
    def minutes(self) -> float:
        pointed = (self.clicks + self.fields) * (POINT + THOUGHT)
        return (pointed + self.keys * KEY + self.waited) / 60

    def __add__(self, other: "Hands") -> "Hands":
        names = [field.name for field in fields(self)]
        return Hands(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def row(self, who: str) -> str:
        counts = f"{self.pages} | {self.clicks} | {self.fields} | {self.keys}"
        return f"| {who} | {counts} | {self.waited:.1f} | {self.minutes:.1f} |"


class Player:
    """One of those who play, at a browser of their own."""

    def __init__(self, at: Citizen) -> None:
        self.at, self.page, self.hands = at, at.page, Hands()
        self._seen: set[float] = set()

    def opens(self, address: str) -> None:
        """By a bookmark, or a link in a message."""
        self.hands.clicks += 1
        self.page.goto(address)

    def sees(self, text: str, on_a_phone_too: bool = False) -> None:
        """The page that says so, which has no fault."""
        self.at.sees(text)
        self._looks()
        if on_a_phone_too:
            self.page.set_viewport_size(PHONE)
            has_no_faults(self.page)
            assert not self.page.evaluate(IS_TOO_WIDE), self.page.url
            self.page.set_viewport_size(DESKTOP)

    def follows(self, link: str) -> None:
        self._clicks()
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def follows_what_says(self, part: str) -> None:
        self._clicks()
        self.page.get_by_role("link", name=part).first.click()

    def presses(self, button: str, value: str = "") -> None:
        self._clicks()
        which = f"[value={value}]" if value else ""
        self.page.locator(f"button[name={button}]{which}").click()

    def unfolds(self, summary: str) -> None:
        self._clicks()
        self.page.locator("summary", has_text=summary).click()
        self._looks(anew=True)

    def chooses(self, field: str, value: str) -> None:
        self.hands.clicks += 2
        self.page.locator(f"[name={field}]").select_option(value)

    def ticks(self, field: str, value: str) -> None:
        self.hands.clicks += 1
        self.page.locator(f"[name={field}][value={value}]").check()

    def writes(self, **typed: str) -> None:
        self.hands.fields += len(typed)
        self.hands.keys += sum(len(text) for text in typed.values())
        self.at.writes(**typed)

    def pastes(self, **copied: str) -> None:
        self.hands.fields += len(copied)
        self.hands.keys += TO_PASTE * len(copied)
        self.at.writes(**copied)

    def copies(self, place: str) -> str:
        self.hands.clicks += 1
        self.hands.keys += TO_PASTE
        return self.page.locator(place).inner_text()

    def uploads(self, **files: str) -> None:
        self.hands.clicks += TO_CHOOSE_A_FILE * len(files)
        for name, file in files.items():
            self.page.locator(f"[name={name}]").set_input_files(file)

    def logs_in(self, person: SyntheticPerson) -> None:
        assert person.password is not None and person.mobile is not None
        self.at.is_asked("password")
        self.writes(national_id=person.national_id, password=person.password)
        self.presses("continue")
        self.at.is_asked("otp")
        self.writes(otp=self.at.installation.last_sms(to=person.mobile)[:6])
        self.presses("continue")

    def _clicks(self) -> None:
        self._looks()  # before the page is left
        self.hands.clicks += 1

    def _looks(self, anew: bool = False) -> None:
        """Each page once, and again what was unfolded."""
        born = self.page.evaluate("performance.timeOrigin")
        if born in self._seen and not anew:
            return
        has_no_faults(self.page)
        if born not in self._seen:
            self.hands.pages += 1
            self.hands.waited += self.page.evaluate(CAME_IN)
        self._seen.add(born)
