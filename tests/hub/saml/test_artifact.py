"""Artifacts of type 4: Bindings §3.6.4."""

import base64
import hashlib
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.saml import artifact

IDP = "https://idp.example.no/saml/metadata"
HANDLE = bytes(range(20))
MADE = artifact.of_handle(HANDLE, IDP)


def changed(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def test_it_has_the_parts_of_type_four() -> None:
    octets = base64.b64decode(MADE)
    assert octets[:2] == b"\x00\x04"
    assert octets[2:4] == b"\x00\x00"
    assert octets[4:24] == hashlib.sha1(IDP.encode()).digest()
    assert octets[24:] == HANDLE


def test_handles_are_twenty_random_bytes() -> None:
    made = {artifact.new_handle() for _ in range(100)}
    assert len(made) == 100
    assert {len(handle) for handle in made} == {20}


def test_its_handle_is_read_again() -> None:
    assert artifact.handle_in(MADE, IDP) == HANDLE
    assert artifact.handle_in(f" {MADE[:30]}\n{MADE[30:]} ", IDP) == HANDLE


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "%%%%",
        "æøå",
        MADE[:-4],
        MADE + "AAAA",
        changed(b"\x00\x03" + base64.b64decode(MADE)[2:]),
        changed(b"\x00\x04\x00\x01" + base64.b64decode(MADE)[4:]),
        artifact.of_handle(HANDLE, "https://another.example.no"),
    ],
)
def test_what_we_did_not_make_is_nothing(garbage: str) -> None:
    assert artifact.handle_in(garbage, IDP) is None


@given(st.text(max_size=100))
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    artifact.handle_in(text, IDP)


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_relay_state_goes_along_whatever_it_holds(state: str) -> None:
    address = artifact.address("https://sp.example.no/acs", MADE, state)
    assert address.isascii()
    assert parse_qsl(urlsplit(address).query, keep_blank_values=True) == [
        ("SAMLart", MADE),
        ("RelayState", state),
    ]


@pytest.mark.parametrize(
    ("consumer", "own"),
    [
        ("https://sp.example.no/acs?site=3&lang=nn", [("site", "3"), ("lang", "nn")]),
        ("https://sp.example.no/acs?", []),
        ("https://sp.example.no/acs", []),
    ],
)
def test_the_consumers_own_parameters_stay(consumer: str, own: list[tuple[str, str]]) -> None:
    query = urlsplit(artifact.address(consumer, MADE, None)).query
    assert parse_qsl(query) == [*own, ("SAMLart", MADE)]
