"""What a service provider is told, and in which form."""

from datetime import timedelta

import pytest

from hub.login_session import Proof, ProofKind
from hub.saml.attributes import Attribute, Facts, method_of, released
from metadata.level import Level
from tests.builders import MOMENT, a_policy, a_service_provider

NUMBER = "02013299997"
FACTS = Facts(uid=NUMBER, level=Level.SUBSTANTIAL, culture="nn", method="Minid-OTC")


def told(facts: Facts = FACTS, **policy: object) -> dict[str, str]:
    sp = a_service_provider(policy=a_policy(**policy))
    return {attribute.name: attribute.value for attribute in released(sp, facts)}


def test_the_first_profile_is_told_in_the_order_of_the_policy() -> None:
    assert list(told().items()) == [
        ("uid", NUMBER),
        ("SecurityLevel", "3"),
        ("Culture", "nn"),
        ("AuthMethod", "Minid-OTC"),
    ]


def test_without_a_legal_basis_the_number_stays_here() -> None:
    assert "uid" not in told(legal_basis=None)


def test_only_what_the_policy_names_is_told() -> None:
    assert told(attributes=("SecurityLevel",)) == {"SecurityLevel": "3"}


def test_what_is_not_known_is_left_out_and_not_sent_empty() -> None:
    assert told(attributes=("epostadresse", "Culture")) == {"Culture": "nn"}


def test_on_behalf_of_is_echoed_where_it_was_asked_for() -> None:
    facts = Facts(NUMBER, Level.SUBSTANTIAL, "nn", "Minid-PIN", on_behalf_of="Aukra")
    assert told(facts)["OnBehalfOf"] == "Aukra"
    assert "OnBehalfOf" not in told()


def test_the_legacy_attributes_carry_no_name_format() -> None:
    assert {a.name_format for a in released(a_service_provider(), FACTS)} == {None}


def test_neither_facts_nor_attributes_show_the_number() -> None:
    assert NUMBER not in repr(FACTS)
    assert NUMBER not in repr(Attribute("uid", NUMBER))


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (ProofKind.SMS_CODE, "Minid-OTC"),
        (ProofKind.LETTER_PIN, "Minid-PIN"),
        (ProofKind.TOTP, "Minid-TOTP"),
        (ProofKind.PASSKEY, "Minid-WEBAUTHN"),
    ],
)
def test_the_method_is_that_of_the_second_factor(kind: ProofKind, method: str) -> None:
    assert method_of([Proof(ProofKind.PASSWORD, MOMENT), Proof(kind, MOMENT)]) == method


def test_of_two_second_factors_the_later_one_names_the_method() -> None:
    proofs = [
        Proof(ProofKind.SMS_CODE, MOMENT + timedelta(minutes=1)),
        Proof(ProofKind.PASSWORD, MOMENT + timedelta(minutes=2)),
        Proof(ProofKind.LETTER_PIN, MOMENT),
    ]
    assert method_of(proofs) == "Minid-OTC"
