"""What the store keeps of a login on its way comes back as it went in."""

from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.flow import Challenge, HeldRequest, LoginFlow
from hub.login_session import Proof, ProofKind
from hub.saml.authn_request import AuthnRequest
from tests.builders import MOMENT, PASSWORD_AND_SMS

MOMENTS = st.datetimes(timezones=st.just(UTC))
REQUESTS = st.builds(AuthnRequest, issued_at=MOMENTS)
FLOWS = st.builds(
    LoginFlow,
    held=st.none() | st.builds(HeldRequest, request=REQUESTS),
    proofs=st.lists(st.builds(Proof, at=MOMENTS)).map(tuple),
    new_secret=st.none() | st.binary(),
    challenge=st.none() | st.builds(Challenge, until=MOMENTS),
)


@settings(max_examples=60)
@given(FLOWS)
def test_a_flow_comes_back_as_it_went_in(flow: LoginFlow) -> None:
    assert LoginFlow.from_bytes(flow.to_bytes()) == flow


def test_a_proof_is_added_to_those_before() -> None:
    password, sms = PASSWORD_AND_SMS
    flow = LoginFlow().proved(password.kind, password.at).proved(sms.kind, sms.at)
    assert flow.proofs == PASSWORD_AND_SMS


def test_a_newer_proof_of_a_kind_takes_the_place_of_the_older() -> None:
    later = MOMENT.replace(minute=59)
    flow = LoginFlow(proofs=PASSWORD_AND_SMS).proved(ProofKind.PASSWORD, later)
    assert flow.proofs == (PASSWORD_AND_SMS[1], Proof(ProofKind.PASSWORD, later))


def test_what_was_typed_does_not_show() -> None:
    flow = LoginFlow(claimed_number="02013299997", new_mobile="+4791234567")
    assert "02013299997" not in repr(flow) and "91234567" not in repr(flow)


def test_neither_a_secret_nor_a_challenge_shows() -> None:
    flow = LoginFlow(new_secret=b"secret", challenge=Challenge(b"challenge", MOMENT))
    assert "b'" not in repr(flow)
