"""The choice of the consumer that an answer goes to."""

from typing import Any

import pytest

from metadata import names
from metadata.description import Endpoint
from sp_registry.service_provider import ServiceProvider, UnknownConsumer, UnservedBinding
from tests.sp_registry.registry_fixtures import a_description

PAOS = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS"
HOST = "https://nav.example.no"
POST = Endpoint(names.HTTP_POST, f"{HOST}/post", 0)
ARTIFACT = Endpoint(names.HTTP_ARTIFACT, f"{HOST}/art", 1)
ENHANCED = Endpoint(PAOS, f"{HOST}/paos", 2, True)


def nav(*consumers: Endpoint, **more: Any) -> ServiceProvider:
    return ServiceProvider("nav", a_description(consumers=consumers, **more))


ALL = nav(ENHANCED, POST, ARTIFACT)


def test_the_consumers_own_binding_decides() -> None:
    assert ALL.consumer_for(ARTIFACT.url, None, None) == ARTIFACT
    assert ALL.consumer_for(POST.url, None, None) == POST


def test_a_consumer_is_chosen_by_index() -> None:
    assert ALL.consumer_for(None, 1, None) == ARTIFACT


def test_the_binding_asked_for_chooses_among_consumers() -> None:
    assert ALL.consumer_for(None, None, names.HTTP_ARTIFACT) == ARTIFACT
    one_url = nav(POST, Endpoint(names.HTTP_ARTIFACT, POST.url, 1))
    chosen = one_url.consumer_for(POST.url, None, names.HTTP_ARTIFACT)
    assert chosen.binding == names.HTTP_ARTIFACT


def test_a_default_that_is_not_served_is_passed_over() -> None:
    assert ALL.consumer_for(None, None, None) == POST


@pytest.mark.parametrize(
    ("marks", "chosen"),
    [
        ((None, None), 0),
        ((None, True), 1),
        ((False, None), 1),
        ((False, False), 0),
        ((True, True), 0),
    ],
)
def test_the_default_is_the_first_marked_else_the_first_unmarked(
    marks: tuple[bool | None, ...], chosen: int
) -> None:
    consumers = [
        Endpoint(names.HTTP_POST, f"{HOST}/{index}", index, mark)
        for index, mark in enumerate(marks)
    ]
    assert nav(*consumers).consumer_for(None, None, None).index == chosen


@pytest.mark.parametrize(
    ("url", "index"), [(POST.url + "/", None), (None, 9), (POST.url, 0), (POST.url.upper(), None)]
)
def test_what_is_not_registered_is_refused(url: str | None, index: int | None) -> None:
    with pytest.raises(UnknownConsumer):
        ALL.consumer_for(url, index, None)


@pytest.mark.parametrize(
    ("url", "index", "binding", "told_at"),
    [
        (POST.url, None, names.HTTP_ARTIFACT, POST),
        (ARTIFACT.url, None, names.HTTP_POST, ARTIFACT),
        (ENHANCED.url, None, None, POST),
        (None, 2, None, POST),
        (None, None, PAOS, POST),
        (None, None, "urn:nothing", POST),
    ],
)
def test_a_binding_that_cannot_be_had_is_told_where_an_answer_can_go(
    url: str | None, index: int | None, binding: str | None, told_at: Endpoint
) -> None:
    with pytest.raises(UnservedBinding) as caught:
        ALL.consumer_for(url, index, binding)
    assert caught.value.told_at == told_at


def test_without_a_key_to_fetch_with_no_answer_goes_by_artifact() -> None:
    keyless = nav(ARTIFACT, POST, signing_certificates=())
    assert keyless.consumer_for(None, None, None) == POST
