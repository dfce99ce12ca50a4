"""The registry's words: no field of a service provider is told by its bare name."""

from dataclasses import fields

from flask import Flask, render_template_string

from metadata.description import SpDescription
from sp_registry.difference import ON_ITS_OWN
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
