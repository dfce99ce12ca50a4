"""What holds for every page, whatever is on it."""

import re

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.hub.pages.sample_pages import PAGES, REQUEST_ID, TOKEN

FORM_PAGES = tuple(n for n, (template, _) in PAGES.items() if template.startswith("steps/"))
every_page = pytest.mark.parametrize("name", PAGES)
every_step = pytest.mark.parametrize("name", FORM_PAGES)


def shown(client: FlaskClient, name: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(f"/{name}?locale=nn").text)


def typed_inputs(page: html.HtmlElement) -> list[html.HtmlElement]:
    return page.xpath("//input[not(@type='hidden')]")


@every_page
def test_it_prints_the_request_id_in_the_footer(client: FlaskClient, name: str) -> None:
    [footer] = shown(client, name).xpath("//footer")
    assert REQUEST_ID in footer.text_content()


@every_page
def test_it_has_one_heading_of_the_first_rank(client: FlaskClient, name: str) -> None:
    [heading] = shown(client, name).xpath("//h1")
    assert heading.text_content().strip()


@every_page
def test_it_says_its_language(client: FlaskClient, name: str) -> None:
    assert shown(client, name).get("lang") == "nn"


@every_page
def test_it_has_no_script_style_or_handler_of_its_own(client: FlaskClient, name: str) -> None:
    page = shown(client, name)
    assert not page.xpath("//style | //@style | //script[not(@src)]")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")


@every_page
def test_it_fetches_from_its_own_origin_only(client: FlaskClient, name: str) -> None:
    fetched = shown(client, name).xpath("//@src | //link/@href")
    assert all(address.startswith(("/static/", "/logos/")) for address in fetched)


@every_page
def test_no_id_stands_twice(client: FlaskClient, name: str) -> None:
    ids = shown(client, name).xpath("//@id")
    assert len(ids) == len(set(ids))


@every_page
def test_every_field_has_a_label_and_no_placeholder(client: FlaskClient, name: str) -> None:
    page = shown(client, name)
    for field in typed_inputs(page):
        [label] = page.xpath("//label[@for=$id]", id=field.get("id"))
        assert label.text_content().strip()
        assert field.get("placeholder") is None


@every_page
def test_nothing_cuts_what_is_pasted(client: FlaskClient, name: str) -> None:
    assert not shown(client, name).xpath("//@maxlength")


@every_page
def test_what_describes_a_field_is_on_the_page(client: FlaskClient, name: str) -> None:
    page = shown(client, name)
    for field in typed_inputs(page):
        for described_by in (field.get("aria-describedby") or "").split():
            assert page.xpath("//*[@id=$id]", id=described_by)


@every_page
def test_a_faulty_field_is_tied_to_its_error(client: FlaskClient, name: str) -> None:
    page = shown(client, name)
    for field in page.xpath("//input[@aria-invalid='true']"):
        assert f"{field.get('id')}-error" in field.get("aria-describedby").split()
        assert page.xpath("//a[@href=$link]", link=f"#{field.get('id')}")


@every_step
def test_a_step_posts_to_its_own_address_with_our_token(client: FlaskClient, name: str) -> None:
    [form] = shown(client, name).xpath("//main//form")
    assert form.get("method") == "post"
    assert form.get("action") is None
    assert form.xpath(".//input[@name='csrf_token']/@value") == [TOKEN]


@every_step
def test_the_enter_key_means_continue(client: FlaskClient, name: str) -> None:
    names = shown(client, name).xpath("//main//button/@name")
    assert names[0] == "continue"
    assert "cancel" in names


@every_step
def test_every_other_button_leaves_the_fields_unchecked(
    client: FlaskClient, name: str
) -> None:
    for button in shown(client, name).xpath("//main//button[@name!='continue']"):
        assert button.get("formnovalidate") is not None


def test_the_title_of_a_page_with_errors_says_so(client: FlaskClient) -> None:
    title = shown(client, "login-errors").findtext(".//title") or ""
    assert re.fullmatch(r"Feil: Logg inn – MinID", title.strip())


def test_errors_are_gathered_where_the_focus_goes(client: FlaskClient) -> None:
    [summary] = shown(client, "login-errors").xpath("//*[@autofocus]")
    assert summary.get("tabindex") == "-1"
    assert "11 siffer" in summary.text_content()


def test_passwords_and_codes_are_never_sent_back(client: FlaskClient) -> None:
    for name in ("login-refused", "register-password", "register-pins", "sms-code-refused"):
        for field in typed_inputs(shown(client, name)):
            assert field.get("name") == "national_id" or not field.get("value")


def test_the_asked_code_and_its_sheet_stand_in_the_label(client: FlaskClient) -> None:
    [label] = shown(client, "letter-pin").xpath("//label")
    assert label.text_content() == "PIN-kode 7 frå ark 4K av 3. mars 2026"


def test_the_numbers_of_the_asked_codes_are_hidden_inputs(client: FlaskClient) -> None:
    page = shown(client, "register-pins")
    assert page.xpath("//input[@name='pin_1_number']/@value") == ["3"]
    assert page.xpath("//input[@name='pin_2_number']/@value") == ["12"]


def test_the_agency_is_named_and_whom_it_acts_for(client: FlaskClient) -> None:
    text = shown(client, "login-errors").text_content()
    assert "Du loggar inn hos Altinn, på vegner av Aukra kommune" in text


def test_the_answer_is_posted_to_the_service_as_it_is(client: FlaskClient) -> None:
    [form] = shown(client, "saml-post").xpath("//form[@id='saml-post']")
    assert form.get("action") == "https://service.example/acs"
    assert form.xpath("input[@name='RelayState']/@value") == ['a"><b']
    assert form.xpath("button/@name") == []
