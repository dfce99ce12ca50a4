"""The registry's words: no field of a service provider is told by its bare name."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from hub.error_catalogue import AGENCY, CATALOGUE
from metadata.description import SpDescription
from sp_registry.difference import ON_ITS_OWN
from sp_registry.remarks import SENTENCES, remark_of
from sp_registry.service_provider import Policy
from sp_registry.traffic import Cause, Why

WORDS = "{% from 'registry/words.html' import field_name, cause with context %}"


def test_every_field_has_words_of_its_own(app: Flask) -> None:
    names = [
        f"{part}.{field.name}"
        for part, whole in (("description", SpDescription), ("policy", Policy))
        for field in fields(whole)
        if field.name not in ON_ITS_OWN | {"warnings"}
    ]
    orders = ["consumers (order)", "signing_certificates (order)", "encryption_keys (order)"]
    with app.test_request_context():
        told = {name: render_template_string(WORDS + "{{ field_name(name) }}", name=name)
                for name in (*names, *orders)}
    assert not [name for name, words in told.items() if "<code>" in words]


def test_every_cause_is_told_in_words(app: Flask) -> None:
    with app.test_request_context():
        told = {render_template_string(WORDS + "{{ cause(one) }}", one=Cause(why, "x", 2))
                for why in Why}
    assert len(told) == len(Why) and all(words.startswith("2 ") for words in told)


def events_of_staff() -> set[str]:
    """Every event that the code puts on record with the name of who did it."""
    record = re.compile(r'(?:audit|_on_record|on_record|record)\(\s*(?:context, )?"([a-z-]+)"')
    root = Path(__file__).resolve().parents[3]
    files = (*(root / "sp_registry").rglob("*.py"), *(root / "hub").rglob("*.py"))
    return {event for file in files for event in record.findall(file.read_text())}


def codes_of(*errors: str) -> set[str]:
    """Every code that the registry's own code gives these errors."""
    made = re.compile(rf"(?:{'|'.join(errors)})\(\s*\"([a-z-]+)\"")
    files = (Path(__file__).resolve().parents[3] / "sp_registry").rglob("*.py")
    return {code for file in files for code in made.findall(file.read_text())}


def test_every_refusal_of_a_wish_is_told_in_words(app: Flask) -> None:
    told = "{% from 'registry/policy_words.html' import refusal with context %}"
    codes = codes_of("Refused", "BadLogo", "SourceFault")
    with app.test_request_context():
        bare = {code for code in codes
                if "DETAIL" in render_template_string(told + "{{ refusal(code, 'DETAIL') }}",
                                                      code=code)}  # fmt: skip
    assert len(codes) > 20 and not bare


def test_every_hindrance_to_an_approval_is_told_in_words(app: Flask) -> None:
    told = "{% from 'registry/words.html' import hindrance with context %}"
    codes = codes_of("NeedsApproval") - {"approver-same"} | {"endpoint-http", "key-too-small"}
    with app.test_request_context():
        bare = {code for code in codes
                if "DETAIL" in render_template_string(told + "{{ hindrance(code, 'DETAIL') }}",
                                                      code=code)}  # fmt: skip
    assert len(codes) >= 5 and not bare


def test_every_fault_of_an_agency_has_words(app: Flask) -> None:
    told = "{% from 'registry/causes.html' import cause_words with context %}{{ cause_words(c) }}"
    with app.test_request_context():
        bare = {error.code for error in CATALOGUE.values() if error.whose == AGENCY
                and not render_template_string(told, c=error.code).strip()}
    assert not bare


def test_every_deed_of_staff_is_told_in_words(app: Flask) -> None:
    told = "{% from 'registry/deeds.html' import deed_told with context %}{{ deed_told(event) }}"
    with app.test_request_context():
        bare = {event for event in events_of_staff()
                if "<code>" in render_template_string(told, event=event)}
    assert len(events_of_staff()) > 30 and not bare


@pytest.mark.parametrize("code", SENTENCES)
def test_what_the_registry_remarks_is_told_in_words(app: Flask, code: str) -> None:
    told = "{% from 'registry/remarks.html' import remark with context %}{{ remark(text) }}"
    sentence = SENTENCES[code].format(*range(9))
    with app.test_request_context("/?locale=nn"):
        assert remark_of(sentence).code == code
        assert render_template_string(told, text=sentence) != sentence
