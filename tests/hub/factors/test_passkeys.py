"""What an authenticator's answer must hold to be worth something."""

import json
from dataclasses import fields, replace

import pytest
from webauthn.helpers import encode_cbor

from hub.factors import passkeys
from hub.factors.passkeys import Answer, PasskeyRefused, RelyingParty
from hub.seams.people import Credential
from tests.hub.authenticator import PRESENT, Authenticator

ORIGIN = "https://minid.example"
PARTY = RelyingParty.at(ORIGIN)
CHALLENGE = b"a challenge of thirty-two bytes."
OTHER_CHALLENGE = b"another one of thirty-two bytes."


def an_authenticator(origin: str = ORIGIN, **wrong: object) -> Authenticator:
    device = Authenticator(origin)
    for name, value in wrong.items():
        setattr(device, name, value)
    return device


def making(
    device: Authenticator, party: RelyingParty = PARTY, challenge: bytes = CHALLENGE
) -> Credential:
    options = passkeys.creation_options(party, challenge, b"handle", [])
    return passkeys.created(PARTY, CHALLENGE, Answer(**device.create(options)))


def using(
    device: Authenticator,
    known: Credential,
    party: RelyingParty = PARTY,
    challenge: bytes = CHALLENGE,
) -> tuple[int, bool]:
    options = passkeys.request_options(party, challenge, [known])
    return passkeys.used(PARTY, CHALLENGE, Answer(**device.get(options)), known)


def test_the_party_is_the_host_of_our_own_address() -> None:
    assert RelyingParty.at("http://localhost:8080") == RelyingParty(
        "localhost", "http://localhost:8080"
    )


def test_one_that_was_made_can_be_used() -> None:
    device = an_authenticator()
    known = making(device)
    assert known.verifies_user and known.transports == ("hybrid", "internal")
    device.counter = 7
    assert using(device, known) == (7, False)


def test_no_attestation_is_asked_for_and_others_are_refused() -> None:
    assert '"attestation": "none"' in passkeys.creation_options(PARTY, CHALLENGE, b"h", [])
    with pytest.raises(PasskeyRefused, match="wanted none"):
        making(an_authenticator(attestation="android-safetynet"))


def test_the_options_name_nobody() -> None:
    user = json.loads(passkeys.creation_options(PARTY, CHALLENGE, b"handle", []))["user"]
    assert (user["name"], user["displayName"]) == ("MinID", "MinID")


def test_another_site_makes_none() -> None:
    with pytest.raises(PasskeyRefused):
        making(an_authenticator("https://minid.example.evil.test"))


def test_another_challenge_makes_none() -> None:
    with pytest.raises(PasskeyRefused):
        making(an_authenticator(), challenge=OTHER_CHALLENGE)


def test_a_key_that_is_on_no_curve_is_refused() -> None:
    class Crooked(Authenticator):
        def public_key(self) -> bytes:
            key = super().public_key()
            return key[:-1] + bytes([key[-1] ^ 1])

    with pytest.raises(PasskeyRefused):
        making(Crooked(ORIGIN))


HUGE = {1: 2, 3: -7, -1: 1, -2: 10**30, -3: b""}


@pytest.mark.parametrize("key", [None, 3, [], {}, {1: 2}, HUGE])
def test_a_key_that_is_none_is_refused(key: object) -> None:
    class Odd(Authenticator):
        def public_key(self) -> bytes:
            return encode_cbor(key)

    with pytest.raises(PasskeyRefused):
        making(Odd(ORIGIN))


def test_it_answers_to_our_origin_challenge_and_host_alone() -> None:
    device = an_authenticator()
    known = making(device)
    with pytest.raises(PasskeyRefused):
        using(device, known, challenge=OTHER_CHALLENGE)
    with pytest.raises(PasskeyRefused):
        using(device, known, party=RelyingParty("evil.test", ORIGIN))
    device.origin = "https://minid.example.evil.test"
    with pytest.raises(PasskeyRefused):
        using(device, known)


def test_one_that_verified_its_user_must_do_so_again() -> None:
    device = an_authenticator()
    known = making(device)
    device.flags = PRESENT
    with pytest.raises(PasskeyRefused):
        using(device, known)
    assert using(device, replace(known, verifies_user=False)) == (0, False)


def test_a_counter_that_did_not_grow_is_a_copy() -> None:
    device = an_authenticator(counter=5)
    with pytest.raises(PasskeyRefused):
        using(device, making(device))


def test_another_key_cannot_sign_for_it() -> None:
    known = making(an_authenticator())
    with pytest.raises(PasskeyRefused):
        using(an_authenticator(), known)


@pytest.mark.parametrize("name", [each.name for each in fields(Answer)])
@pytest.mark.parametrize("text", ["", "AA", "A", "%%%%", "AAAA=", "oQ", "øøøø", "A" * 5000])
def test_what_is_malformed_is_refused(name: str, text: str) -> None:
    device = an_authenticator()
    known = making(device)
    made = device.create(passkeys.creation_options(PARTY, CHALLENGE, b"handle", []))
    used = device.get(passkeys.request_options(PARTY, CHALLENGE, [known]))
    if name in made and name != "transports":
        with pytest.raises(PasskeyRefused):
            passkeys.created(PARTY, CHALLENGE, Answer(**(made | {name: text})))
    if name in used:
        with pytest.raises(PasskeyRefused):
            passkeys.used(PARTY, CHALLENGE, Answer(**(used | {name: text})), known)
