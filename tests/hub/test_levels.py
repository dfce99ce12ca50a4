"""Whether a login suffices: the whole table, stated from Core §3.3.2.2.1 and §3.4.1.

What MinID reaches is level 3, so a level-3 login is the only one there is.  The first
table says which class such a login may state to a request (None: no login of ours can
answer it); the second what is to be done, where it can.
"""

from collections.abc import Sequence
from itertools import product

import pytest

from hub import levels
from hub.levels import Answer, Ask, Decision, Refuse
from hub.login_session import Proof, ProofKind
from hub.saml.authn_request import AuthnRequest
from metadata import names
from metadata.level import Level
from tests.builders import MOMENT, PASSWORD_AND_SMS, SP, a_policy

L3 = names.PASSWORD_PROTECTED_TRANSPORT
L4 = names.SMARTCARD_PKI
UNSPECIFIED = names.UNSPECIFIED_CONTEXT
CAPITAL = UNSPECIFIED.replace("unspecified", "Unspecified")
UNKNOWN = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"
COMPARISONS = ("exact", "minimum", "maximum", "better")

# asked classes -> what a level-3 login states when compared exact, minimum, maximum, better.
#   exact: "an exact match of at least one of the contexts specified"
#   minimum: "at least as strong (as deemed by the responder) as one of the contexts"
#   maximum: "as strong as possible without exceeding the strength of at least one"
#   better: "stronger than any one of the contexts specified"
STATED: dict[tuple[str, ...], tuple[str | None, str | None, str | None, str | None]] = {
    (): (L3, L3, L3, L3),  # nothing named, so nothing to compare with
    (L3,): (L3, L3, L3, None),
    (L4,): (None, None, L3, None),
    (UNSPECIFIED,): (L3, L3, L3, None),
    (CAPITAL,): (L3, L3, L3, None),
    (UNKNOWN,): (None, None, None, None),
    (L3, L4): (L3, L3, L3, None),
    (L4, L3): (L3, L3, L3, None),
    (UNKNOWN, L3): (L3, L3, L3, None),
    (L3, UNKNOWN): (L3, L3, L3, None),
    (L4, UNKNOWN): (None, None, L3, None),
    (UNSPECIFIED, L4): (L3, L3, L3, None),
}
ANSWERED, ASKED, NO_PASSIVE = "answered", "asked", "no passive"

# (a living session, fresh: logged in for this request, ForceAuthn, IsPassive)
DONE = {
    (False, False, False, False): ASKED,
    (False, False, False, True): NO_PASSIVE,
    (False, False, True, False): ASKED,
    (False, False, True, True): NO_PASSIVE,
    (True, False, False, False): ANSWERED,
    (True, False, False, True): ANSWERED,
    (True, False, True, False): ASKED,
    (True, False, True, True): NO_PASSIVE,
    (True, True, False, False): ANSWERED,
    (True, True, False, True): ANSWERED,
    (True, True, True, False): ANSWERED,
    (True, True, True, True): NO_PASSIVE,  # rule: the two together can never be met
}
COMPARED = [
    (classes, comparison, row[place])
    for classes, row in STATED.items()
    for place, comparison in enumerate(COMPARISONS)
]

CLASSES_COMPARED = list(product(STATED, COMPARISONS))
CLASSES_AND_SITUATIONS = list(product(STATED, DONE))


def decided(
    classes: tuple[str, ...] = (),
    comparison: str = "exact",
    situation: tuple[bool, bool, bool, bool] = (True, False, False, False),
    proofs: Sequence[Proof] = PASSWORD_AND_SMS,
    **policy: object,
) -> Decision:
    has_session, is_fresh, force, passive = situation
    request = AuthnRequest(
        "_r",
        SP,
        MOMENT,
        force_authn=force,
        is_passive=passive,
        comparison=comparison,
        asked_classes=classes,
    )
    return levels.decide(request, a_policy(**policy), proofs if has_session else (), is_fresh)


def in_words(decision: Decision) -> str:
    match decision:
        case Answer():
            return ANSWERED
        case Ask():
            return ASKED
        case Refuse(names.RESPONDER, names.NO_PASSIVE, _):
            return NO_PASSIVE
    return str(decision)


def is_no_authn_context(decision: Decision) -> bool:
    match decision:
        case Refuse(names.RESPONDER, names.NO_AUTHN_CONTEXT, _):
            return True
    return False


@pytest.mark.parametrize("situation", DONE)
@pytest.mark.parametrize(("classes", "comparison", "stated"), COMPARED)
def test_the_table(
    classes: tuple[str, ...],
    comparison: str,
    stated: str | None,
    situation: tuple[bool, bool, bool, bool],
) -> None:
    decision = decided(classes, comparison, situation)
    if stated is None:
        assert is_no_authn_context(decision)
    elif DONE[situation] == ANSWERED:
        assert decision == Answer(stated, Level.SUBSTANTIAL)
    else:
        assert in_words(decision) == DONE[situation]


@pytest.mark.parametrize(("classes", "comparison"), CLASSES_COMPARED)
def test_read_as_minimum_whatever_was_sent_is_compared_as_minimum(
    classes: tuple[str, ...], comparison: str
) -> None:
    stated = STATED[classes][COMPARISONS.index("minimum")]
    decision = decided(classes, comparison, read_as_minimum=True)
    assert decision == Answer(stated, Level.SUBSTANTIAL) if stated else (
        is_no_authn_context(decision)
    )


@pytest.mark.parametrize(("classes", "situation"), CLASSES_AND_SITUATIONS)
def test_a_service_that_wants_more_than_minid_reaches_gets_no_login(
    classes: tuple[str, ...], situation: tuple[bool, bool, bool, bool]
) -> None:
    assert is_no_authn_context(decided(classes, "exact", situation, minimum=Level.HIGH))


@pytest.mark.parametrize(("classes", "comparison"), CLASSES_COMPARED)
def test_smartcard_is_never_stated(classes: tuple[str, ...], comparison: str) -> None:
    decision = decided(classes, comparison)
    assert not isinstance(decision, Answer) or decision.context_class != L4


def test_the_stated_class_is_spelt_as_it_was_asked_for() -> None:
    asked = L3.replace("PasswordProtected", "passwordprotected")
    assert decided((asked,)) == Answer(asked, Level.SUBSTANTIAL)


# --- what proofs are worth --------------------------------------------------------------

PASSWORD, SMS, PIN, TOTP, PASSKEY = (
    Proof(kind, MOMENT)
    for kind in (
        ProofKind.PASSWORD,
        ProofKind.SMS_CODE,
        ProofKind.LETTER_PIN,
        ProofKind.TOTP,
        ProofKind.PASSKEY,
    )
)


@pytest.mark.parametrize(
    "proofs",
    [(PASSWORD, SMS), (PIN, PASSWORD), (PASSWORD, SMS, PIN), (PASSWORD, TOTP), (PASSWORD, PASSKEY)],
)
def test_a_password_and_a_second_factor_are_level_three(proofs: tuple[Proof, ...]) -> None:
    assert levels.level_of_proofs(proofs) is Level.SUBSTANTIAL


@pytest.mark.parametrize("proofs", [(), (PASSWORD,), (SMS,), (SMS, PIN), (TOTP, PASSKEY)])
def test_one_factor_or_two_of_a_kind_are_nothing(proofs: tuple[Proof, ...]) -> None:
    assert levels.level_of_proofs(proofs) is None
    assert decided(proofs=proofs) == Ask()
