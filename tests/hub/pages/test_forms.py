"""What counts as filled in."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from hub.web import forms
from tests.hub.pages.sample_pages import filled

NUMBER = "03837000040"
PHRASE = "fire lampar ute i regn"


@pytest.fixture(autouse=True)
def nynorsk(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?locale=nn"):
        yield


def passwords(password: str, again: str | None = None) -> Form:
    typed = again if again is not None else password
    return filled(forms.NewPasswordForm, new_password=password, new_password_again=typed)


def mobiles(mobile: str, again: str) -> Form:
    return filled(forms.MobileForm, mobile=mobile, mobile_again=again)


@pytest.mark.parametrize("typed", ["038370 00040", "038370-00040", "03.83.70.00040\n"])
def test_a_number_may_be_grouped_as_people_do(typed: str) -> None:
    form = filled(forms.LoginForm, national_id=typed, password="noko")
    assert not form.errors
    assert form["national_id"].data == NUMBER


def test_a_number_that_is_too_short_is_told_so() -> None:
    form = filled(forms.RegisterNumberForm, national_id="0383700004")
    assert form.errors == {"national_id": ["Fødselsnummeret skal ha 11 siffer."]}


def test_a_number_whose_checksum_fails_is_refused() -> None:
    form = filled(forms.RegisterNumberForm, national_id="03837000041")
    assert "ikkje eit gyldig fødselsnummer" in form.errors["national_id"][0]


def test_digits_of_other_scripts_are_no_digits() -> None:
    form = filled(forms.RegisterNumberForm, national_id="٠٣٨٣٧٠٠٠٠٤٠")
    assert form.errors


def test_an_empty_login_is_told_what_to_write() -> None:
    form = filled(forms.LoginForm, national_id="", password="")
    assert form.errors == {
        "national_id": ["Skriv inn fødselsnummeret ditt."],
        "password": ["Skriv inn passordet ditt."],
    }


def test_a_form_that_was_sent_without_fields_is_refused() -> None:
    form = forms.LoginForm(MultiDict({"continue": "1"}))
    assert not form.validate()


def test_a_password_is_taken_as_it_is_typed() -> None:
    form = filled(forms.LoginForm, national_id=NUMBER, password=" med mellomrom ")
    assert form["password"].data == " med mellomrom "


@pytest.mark.parametrize("typed", ["123 456", "123456 ", "123-456"])
def test_a_code_may_be_grouped(typed: str) -> None:
    assert filled(forms.SmsCodeForm, otp=typed)["otp"].data == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a"])
def test_a_code_has_six_digits(typed: str) -> None:
    assert filled(forms.SmsCodeForm, otp=typed).errors == {"otp": ["Koden skal ha 6 siffer."]}


def test_both_codes_are_needed_to_register() -> None:
    form = filled(forms.RegisterPinsForm, pin_1="123456", pin_2="")
    assert list(form.errors) == ["pin_2"]


def test_a_long_password_of_plain_words_is_good() -> None:
    assert not passwords(PHRASE).errors


def test_a_short_password_is_refused() -> None:
    assert passwords("x7#kQ!a").errors["new_password"] == ["Passordet må ha minst 8 teikn."]


def test_a_password_of_256_characters_is_taken() -> None:
    assert not passwords((PHRASE * 20)[:256]).errors


def test_a_password_of_257_characters_is_refused() -> None:
    assert "256" in passwords((PHRASE * 20)[:257]).errors["new_password"][0]


@pytest.mark.parametrize("password", ["passord1", "hemmeleg", "sommar26", "minid123", "12345678"])
def test_a_password_that_many_choose_is_refused(password: str) -> None:
    assert "lett å gjette" in passwords(password).errors["new_password"][0]


def test_the_two_passwords_must_be_equal() -> None:
    form = passwords(PHRASE, PHRASE + "!")
    assert form.errors == {"new_password_again": ["Dei to passorda er ikkje like."]}


def test_a_mobile_number_is_kept_in_one_form() -> None:
    form = mobiles("912 34 567", "+47 91234567")
    assert not form.errors
    assert form["mobile"].data == form["mobile_again"].data == "+4791234567"


def test_a_foreign_mobile_number_is_taken() -> None:
    assert not mobiles("+46 70 123 45 67", "0046701234567").errors


@pytest.mark.parametrize("typed", ["22 22 22 22", "9123456", "ring meg", "+999"])
def test_a_number_that_gets_no_sms_is_refused(typed: str) -> None:
    assert "ikkje eit gyldig mobilnummer" in mobiles(typed, typed).errors["mobile"][0]


def test_the_two_mobile_numbers_must_be_equal() -> None:
    form = mobiles("91234567", "91234568")
    assert form.errors == {"mobile_again": ["Dei to nummera er ikkje like."]}


def test_a_step_can_refuse_what_was_typed() -> None:
    form = filled(forms.SmsCodeForm, otp="123456")
    forms.refuse(form["otp"], forms.WRONG_SMS_CODE)
    assert form.errors == {"otp": ["Koden er ikkje rett. Sjå på meldinga ein gong til."]}
