"""A registered person logs in: by SMS, by letter, once for many agencies, and by mistake."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from hub.development.synthetic import Standing, SyntheticPerson
from hub.sending.notices import translated
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.journeys.screens import in_two_languages

OWN_WORDS = {
    "nn-NO": ("Logg inn", "Fødselsnummer eller D-nummer", "Skriv inn koden frå SMS"),
    "nb-NO": ("Logg inn", "Fødselsnummer eller D-nummer", "Skriv inn koden fra SMS"),
    "en-GB": ("Log in", "National identity number or D number", "Type the code from the SMS"),
}


@in_two_languages
def test_an_sms_code_is_the_second_factor_of_whoever_has_a_mobile(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    citizen.goes_to("miside", "opplysningar")
    citizen.gives_password(person)
    expect(citizen.page.locator("h1")).to_have_text(
        translated("Skriv inn koden frå SMS", language)
    )
    citizen.sees(str(person.mobile)[-2:])
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("miside", "opplysningar")
    citizen.sees(f"Du er logga inn hos Miside som {person.national_id}.")
    assert citizen.is_told("AuthMethod") == "Minid-OTC"
    assert citizen.is_told("SecurityLevel") == "3"


@pytest.mark.parametrize("locale", ["nb-NO", "en-GB"])
def test_the_pages_speak_the_language_of_the_browser(
    another_citizen: Any, demo: Installation, locale: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    heading, label, sms_heading = OWN_WORDS[locale]
    citizen: Citizen = another_citizen(locale=locale)
    citizen.goes_to("skatteetaten", "sjolvmelding")
    expect(citizen.page.locator("html")).to_have_attribute("lang", locale[:2])
    expect(citizen.page.locator("h1")).to_have_text(heading)
    citizen.page.get_by_label(label).fill(person.national_id)
    citizen.writes(password=str(person.password))
    citizen.presses()
    expect(citizen.page.locator("h1")).to_have_text(sms_heading)
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("skatteetaten", "sjolvmelding")
    assert citizen.attribute("Culture") == locale[:2]


def test_the_agency_chooses_the_language_and_the_reader_chooses_over_it(
    another_citizen: Any,
) -> None:
    citizen: Citizen = another_citizen(locale="en-GB")
    citizen.goes_to("lanekassen", "status")  # sends locale=nn
    expect(citizen.page.locator("html")).to_have_attribute("lang", "nn")
    citizen.page.get_by_role("link", name="English").click()
    expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    citizen.is_asked("national_id")


@in_two_languages
def test_whoever_has_no_mobile_gives_a_code_from_the_letter(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITHOUT_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    citizen.goes_to("kommune", "barnehage")
    citizen.gives_password(person)
    heading = translated("Skriv inn PIN-koden frå brevet", language)
    expect(citizen.page.locator("h1")).to_have_text(heading)
    citizen.gives_pin(person)
    citizen.is_in("kommune", "barnehage")
    assert citizen.is_told("AuthMethod") == "Minid-PIN"


def test_a_code_from_the_letter_may_take_the_place_of_the_sms(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("posten", "adresseendring")
    citizen.gives_password(person)
    citizen.is_asked("otp")
    citizen.presses("use_pin")
    citizen.gives_pin(person)
    citizen.is_in("posten", "adresseendring")
    assert citizen.is_told("AuthMethod") == "Minid-PIN"


def test_the_next_agency_gets_its_answer_without_a_page(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("skatteetaten", "skattekort")
    seen: list[str] = []
    citizen.page.on("framenavigated", lambda frame: seen.append(frame.url))
    citizen.goes_to("kommune", "byggjesak")
    citizen.is_in("kommune", "byggjesak")
    assert not [url for url in seen if "/login/" in url and url.startswith(demo.hub)]
    assert citizen.is_told("SecurityLevel") == "3"


def test_two_agencies_know_the_same_person_by_different_names(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("lanekassen", "stipend")
    citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
    citizen.is_in("lanekassen", "stipend")
    first = citizen.is_told("NameID"), citizen.is_told("SessionIndex")
    citizen.goes_to("miside", "sesjon")
    citizen.is_in("miside", "sesjon")
    second = citizen.is_told("NameID"), citizen.is_told("SessionIndex")
    assert first[0] != second[0] and first[1] != second[1]


def test_a_persistent_name_is_the_same_at_the_next_login(
    another_citizen: Any, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    names = []
    for _ in range(2):
        citizen: Citizen = another_citizen()
        citizen.goes_to("lanekassen", "status")
        citizen.logs_in_by_sms(person)
        citizen.is_in("lanekassen", "status")
        names.append(citizen.is_told("NameID"))
    assert names[0] == names[1]


def test_a_wrong_password_keeps_the_number_and_leads_to_the_fault(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.writes(national_id=person.national_id, password="feil passord 123")
    citizen.presses()
    page = citizen.page
    expect(page.locator(".ds-error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Feil: "))
    expect(page.locator("[name=national_id]")).to_have_value(person.national_id)
    expect(page.locator("[name=password]")).to_have_value("")
    page.locator(".ds-error-summary a").click()
    expect(page.locator("[name=password]")).to_be_focused()
    citizen.writes(password=str(person.password))
    citizen.presses()
    citizen.is_asked("otp")


def test_an_unknown_number_and_a_wrong_password_get_the_very_same_page(
    another_citizen: Any, demo: Installation
) -> None:
    letter_only = demo.person(Standing.ONLY_LETTER)
    refused = {
        page_after_wrong_password(another_citizen(), person)
        for person in (demo.person(Standing.WITH_MOBILE), letter_only, demo.unknown_person())
    }
    assert len(refused) == 1


def page_after_wrong_password(citizen: Citizen, person: SyntheticPerson) -> str:
    """The page's source without what is another in every page."""
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.writes(national_id=person.national_id, password="feil passord 123")
    citizen.presses()
    expect(citizen.page.locator(".ds-error-summary")).to_be_visible()
    citizen.page.wait_for_load_state()  # all of it
    handle = citizen.page.url.split("/")[4].partition("?")[0]
    token = citizen.page.locator("[name=csrf_token]").first.input_value()
    source = citizen.page.content()
    for own in (person.national_id, handle, token):
        source = source.replace(own, "OWN")
    source = re.sub(r'data-seconds="\d+"', "SECONDS", source)
    return re.sub(r"<code>[0-9a-f]{16}</code>", "REFERENCE", source)


def test_an_unknown_number_is_asked_for_two_codes_as_any_other(
    citizen: Citizen, demo: Installation
) -> None:
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.page.locator("a[href^='/register/']").click()
    citizen.writes(national_id=demo.unknown_person().national_id)
    citizen.presses()
    asked = citizen.number_asked("pin_1_number"), citizen.number_asked("pin_2_number")
    assert all(1 <= number <= 20 for number in asked) and asked[0] != asked[1]
    citizen.writes(pin_1="123456", pin_2="654321")
    citizen.presses()
    citizen.sees("PIN-kodane er ikkje rette.")


def test_a_wrong_pin_is_asked_for_again_by_the_same_number(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITHOUT_MOBILE)
    citizen.goes_to("posten", "sendingar")
    citizen.gives_password(person)
    number = citizen.number_asked("pin_number")
    citizen.writes(pin=another_code(person.pins[number]))
    citizen.presses()
    citizen.sees("PIN-koden er ikkje rett.")
    expect(citizen.page.locator("[name=pin]")).to_have_value("")
    assert citizen.gives_pin(person) == number
    citizen.is_in("posten", "sendingar")


def test_a_wrong_sms_code_may_be_followed_by_the_right_one(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("posten", "sendingar")
    citizen.gives_password(person)
    citizen.is_asked("otp")
    citizen.writes(otp=another_code(demo.last_sms(to=str(person.mobile))[:6]))
    citizen.presses()
    citizen.sees("Koden er ikkje rett.")
    citizen.gives_sms_code(person.mobile)
    citizen.is_in("posten", "sendingar")


def another_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_used_pin_is_not_taken_again_and_the_next_number_is_asked(
    another_citizen: Any, demo: Installation
) -> None:
    person = demo.person(Standing.WITHOUT_MOBILE)
    citizen: Citizen = another_citizen()
    citizen.goes_to("posten", "sendingar")
    citizen.gives_password(person)
    used = citizen.gives_pin(person)
    citizen.is_in("posten", "sendingar")
    later: Citizen = another_citizen()
    later.goes_to("posten", "sendingar")
    later.gives_password(person)
    assert later.number_asked("pin_number") != used
    later.writes(pin=person.pins[used])
    later.presses()
    later.sees("PIN-koden er ikkje rett.")


def test_the_third_mistake_makes_the_next_one_wait(citizen: Citizen, demo: Installation) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("posten", "sendingar")
    for _ in range(3):
        citizen.writes(national_id=person.national_id, password="feil passord 123")
        with citizen.page.expect_navigation():  # the next page looks as this one does
            citizen.presses()
        citizen.sees("Prøv ein gong til.")
    citizen.writes(national_id=person.national_id, password="feil passord 123")
    with citizen.page.expect_response(lambda answer: answer.status == 429) as answered:
        citizen.presses()
    assert int(answered.value.headers["retry-after"]) >= 1
    citizen.sees("Vent litt før du prøver igjen")
    assert person.national_id not in citizen.page.content()


def test_own_login_leads_to_the_persons_page_and_out_again(
    citizen: Citizen, demo: Installation
) -> None:
    person, page = demo.person(Standing.WITH_MOBILE), citizen.page
    page.goto(f"{demo.hub}/")
    page.get_by_role("link", name="Logg inn").click()
    citizen.logs_in_by_sms(person)
    page.wait_for_url(f"{demo.hub}/me")
    citizen.sees("passord og kode på SMS")
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.is_in("skatteetaten", "skattekort")
    page.goto(f"{demo.hub}/me")
    citizen.sees("Skatteetaten")
    assert person.national_id not in page.content()
    citizen.presses("logout")
    citizen.sees("Du er logga ut av MinID")
    citizen.sees("Skatteetaten")  # has not confirmed
    citizen.goes_to("miside", "sesjon")
    citizen.is_asked("national_id")


def test_the_persons_page_is_for_those_logged_in(citizen: Citizen, demo: Installation) -> None:
    citizen.page.goto(f"{demo.hub}/me")
    citizen.is_asked("national_id")


def test_another_person_in_the_same_browser_ends_the_first_ones_session(
    citizen: Citizen, demo: Installation
) -> None:
    first, second = demo.person(Standing.WITH_MOBILE), demo.person(Standing.WITH_MOBILE)
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(first)
    citizen.page.wait_for_url(f"{demo.hub}/me")
    citizen.page.goto(f"{demo.hub}/login")
    citizen.logs_in_by_sms(second)
    citizen.page.wait_for_url(f"{demo.hub}/me")
    citizen.page.goto(f"{demo.hub}/me/history")
    citizen.sees("Ingen enno.")
    citizen.goes_to("posten", "sendingar")
    citizen.is_in("posten", "sendingar")
    citizen.sees(f"som {second.national_id}.")


def test_the_inbox_of_development_shows_the_newest_message_last(
    citizen: Citizen, demo: Installation
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen.goes_to("skatteetaten", "skattekort")
    citizen.gives_password(person)
    citizen.is_asked("otp")
    newest = citizen.page.request.get(f"{demo.hub}/dev/sms.json").json()[-1]
    assert newest["to"] == person.mobile
    assert re.match(r"\d{6} frå MinID for å logge inn hos Skatteetaten\n", newest["text"])
    citizen.writes(otp=newest["text"][:6])
    citizen.presses()
    citizen.is_in("skatteetaten", "skattekort")
