"""A person's own account: a forgotten password, Miside, PIN codes, closing and opening again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from hub.commands import opened_store
from hub.development.synthetic import Standing, SyntheticPerson
from hub.person import read_number
from hub.sending.notices import translated
from hub.store import tables
from tests.installation import Installation
from tests.journeys.citizen import FRESH_PASSWORD, Citizen
from tests.journeys.screens import in_two_languages
from tests.journeys.test_first_registration import is_accessible

OWN_PAGES = {
    "/me": "Mi side",
    "/me/contact": "Kontaktinformasjon",
    "/me/contact/mobile": "Endre mobilnummeret",
    "/me/contact/email": "Endre e-postadressa",
    "/me/password": "Vel nytt passord",
    "/me/history": "Innloggingar",
    "/me/not-me": "Dette var ikkje meg",
    "/me/close": "Steng MinID-en min",
    "/pins": "PIN-kodar",
}


class Looker:
    """Sees to it that each page on the way has its heading, in the reader's language, and that
    axe finds nothing on it."""

    def __init__(self, citizen: Citizen, language: str) -> None:
        self.page = citizen.page
        self.language = language

    def is_at(self, heading: str) -> None:
        is_accessible(self.page, translated(heading, self.language))


def gets_a_letter(person: SyntheticPerson, demo: Installation) -> None:
    """A new sheet, with the same codes as the old one."""
    store = opened_store(demo.settings)
    known = store.people.find(read_number(person.national_id))
    assert known is not None
    store.sheets.issue(known.id, person.pins, datetime.now(UTC))
    store.close()


def confirmed_contact_long_ago(person: SyntheticPerson, demo: Installation) -> None:
    store = opened_store(demo.settings)
    known = store.people.find(read_number(person.national_id))
    assert known is not None
    then = datetime.now(UTC) - timedelta(days=91)
    theirs = update(tables.person).where(tables.person.c.id == known.id)
    store.database.write(lambda db: db.execute(theirs.values(contact_confirmed_at=then)))
    store.close()


@in_two_languages
def test_a_forgotten_password_is_chosen_anew_on_the_way_to_the_agency(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page, reader = citizen.page, Looker(citizen, language)
    citizen.goes_to("skatteetaten", "skattekort")
    page.locator("a[href^='/forgotten/']").click()
    reader.is_at("Vel nytt passord")
    citizen.writes(national_id=person.national_id)
    citizen.presses()
    reader.is_at("Skriv inn to PIN-kodar")
    citizen.gives_two_pins(person)
    reader.is_at("Skriv inn koden frå SMS")
    citizen.gives_sms_code(person.mobile)
    reader.is_at("Vel eit passord")
    citizen.chooses_password(FRESH_PASSWORD)
    citizen.is_in("skatteetaten", "skattekort")
    for address, heading in OWN_PAGES.items():
        page.goto(f"{demo.hub}{address}")
        reader.is_at(heading)


@in_two_languages
def test_a_stolen_sheet_is_blocked_without_a_login_and_a_new_one_ordered(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page, reader = citizen.page, Looker(citizen, language)
    page.goto(f"{demo.hub}/pins")
    reader.is_at("PIN-kodar")
    citizen.writes(national_id=person.national_id)
    citizen.presses("order")
    reader.is_at("Bestillinga er teken imot")
    page.goto(f"{demo.hub}/pins")
    citizen.writes(national_id=person.national_id)
    citizen.presses("block")
    reader.is_at("Sperr PIN-kodane")
    citizen.writes(password=str(person.password))
    citizen.presses()
    reader.is_at("PIN-kodane er sperra")
    page.goto(f"{demo.hub}/pins")
    citizen.writes(national_id=person.national_id)
    citizen.presses("block")
    citizen.presses("skip")
    reader.is_at("PIN-kodane blir sperra om 24 timar")


@in_two_languages
def test_a_code_to_the_mobile_blocks_a_sheet_where_the_password_is_forgotten(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    reader = Looker(citizen, language)
    citizen.page.goto(f"{demo.hub}/pins")
    citizen.writes(national_id=person.national_id)
    citizen.presses("block")
    reader.is_at("Sperr PIN-kodane")
    citizen.presses("use_sms")
    reader.is_at("Skriv inn koden frå SMS")
    about = translated("frå MinID for å sperre PIN-kodane dine", language)
    citizen.writes(otp=demo.awaited_code(str(person.mobile), about))
    citizen.presses()
    reader.is_at("PIN-kodane er sperra")


@in_two_languages
def test_old_contact_data_is_asked_about_and_changed_and_then_this_was_not_me(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page, reader = citizen.page, Looker(citizen, language)
    confirmed_contact_long_ago(person, demo)
    page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(person)
    reader.is_at("Stemmer kontaktinformasjonen din?")
    citizen.presses("change")
    reader.is_at("Kontaktinformasjon")
    page.locator("a[href^='/me/contact/mobile']").click()
    mobile = f"+4740009{len(demo.people):03}"
    citizen.writes(mobile=mobile, mobile_again=mobile)
    citizen.presses()
    reader.is_at("Skriv inn koden")
    citizen.gives_sms_code(mobile)
    reader.is_at("Stemmer kontaktinformasjonen din?")
    citizen.sees(mobile)
    citizen.presses("change")
    page.locator("a[href^='/me/contact/email']").click()
    reader.is_at("Endre e-postadressa")
    email = f"{language}-{len(demo.people)}@epost.example"
    citizen.writes(email=email, email_again=email)
    citizen.presses()
    reader.is_at("Skriv inn koden")
    citizen.writes(otp=demo.awaited_code(email, "MinID"))
    citizen.presses()
    reader.is_at("Stemmer kontaktinformasjonen din?")
    citizen.sees(email)
    citizen.presses()
    reader.is_at("Mi side")
    page.goto(f"{demo.hub}/me/not-me")
    citizen.presses()
    reader.is_at("Vel nytt passord")
    citizen.chooses_password(FRESH_PASSWORD)
    reader.is_at("Mi side")
    citizen.sees(translated("Passordet er endra.", language))


@in_two_languages
def test_a_closed_account_opens_again_with_the_codes_of_a_new_letter(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITHOUT_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    page, reader = citizen.page, Looker(citizen, language)
    page.goto(f"{demo.hub}/login")
    citizen.gives_password(person)
    reader.is_at("Skriv inn PIN-koden frå brevet")
    citizen.gives_pin(person)
    reader.is_at("Mi side")
    page.goto(f"{demo.hub}/me/close")
    citizen.presses()
    reader.is_at("Du er logga ut av MinID")
    gets_a_letter(person, demo)
    citizen.goes_to("posten", "sendingar")
    page.locator("a[href^='/register/']").click()
    citizen.writes(national_id=person.national_id)
    citizen.presses()
    citizen.gives_two_pins(person)
    citizen.chooses_password(FRESH_PASSWORD)
    citizen.is_asked("mobile")
    citizen.presses("skip")
    citizen.is_in("posten", "sendingar")
    assert citizen.is_told("AuthMethod") == "Minid-PIN"
