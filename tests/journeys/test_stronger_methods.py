"""A passkey and an authenticator app: added at Miside, and used to log in at an agency."""

import base64
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from hub.development.synthetic import Standing
from hub.factors import totp
from hub.sending.notices import translated
from tests.installation import Installation
from tests.journeys.citizen import Citizen
from tests.journeys.screens import in_two_languages
from tests.journeys.test_first_registration import is_accessible

A_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def has_authenticator(page: Page) -> None:
    """The browser gets a virtual authenticator, whose owner always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": A_PHONE})


def adds_passkey(citizen: Citizen, language: str) -> None:
    citizen.page.locator("a[href='/me/methods/passkey']").click()
    is_accessible(citizen.page, translated("Legg til ein passnøkkel", language))
    citizen.writes(name="Mobilen min")
    citizen.presses()
    citizen.sees("Mobilen min")
    citizen.sees(translated("Passnøkkelen er lagd til.", language))


def adds_app(citizen: Citizen, language: str) -> tuple[bytes, int]:
    """The app's secret, and the time step whose code is used up."""
    page = citizen.page
    page.locator("a[href='/me/methods/app']").click()
    is_accessible(page, translated("Legg til ein kodeapp", language))
    typed = page.locator("main li code").inner_text()
    secret, step = base64.b32decode(typed.replace(" ", "")), totp.step_at(datetime.now(UTC))
    citizen.writes(otp=totp.code_at(secret, step))
    citizen.presses()
    citizen.sees(translated("Kodeappen er lagd til.", language))
    return secret, step


@in_two_languages
def test_somebody_adds_a_passkey_and_an_app_and_logs_in_with_each(
    another_citizen: Any, demo: Installation, screen: dict[str, Any], language: str
) -> None:
    person = demo.person(Standing.WITH_MOBILE)
    citizen: Citizen = another_citizen(**screen)
    has_authenticator(citizen.page)
    citizen.page.goto(f"{demo.hub}/me/methods")
    citizen.logs_in_by_sms(person)
    is_accessible(citizen.page, translated("Innloggingsmåtar", language))
    secret, step = adds_app(citizen, language)
    adds_passkey(citizen, language)
    citizen.presses("logout")
    expect(citizen.page.locator("button[name=logout]")).to_have_count(0)

    citizen.goes_to("skatteetaten", "skattekort")
    citizen.gives_password(person)
    is_accessible(citizen.page, translated("Bruk passnøkkelen din", language))
    citizen.presses()
    citizen.is_in("skatteetaten", "skattekort")
    assert citizen.is_told("AuthMethod") == "Minid-WEBAUTHN"

    elsewhere: Citizen = another_citizen(**screen)  # where the passkey is not at hand
    elsewhere.goes_to("skatteetaten", "skattekort")
    elsewhere.gives_password(person)
    elsewhere.presses("use_totp")
    is_accessible(elsewhere.page, translated("Skriv inn koden frå appen", language))
    # The next half minute's, which counts already: this one's has been used.
    elsewhere.writes(otp=totp.code_at(secret, max(step + 1, totp.step_at(datetime.now(UTC)))))
    elsewhere.presses()
    elsewhere.is_in("skatteetaten", "skattekort")
    assert elsewhere.is_told("AuthMethod") == "Minid-TOTP"
    assert elsewhere.is_told("SecurityLevel") == "3"
