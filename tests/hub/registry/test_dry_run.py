"""The latest requests of a service provider, tried on what is proposed for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.registry import dry_run
from hub.seams.records import KeptMessage
from metadata import names
from metadata.description import Endpoint
from metadata.level import Level
from sp_registry.service_provider import ServiceProvider
from sp_registry.traffic import Cause, Replay, Why
from tests.builders import (
    CONSUMER,
    HUB,
    MOMENT,
    REGISTERED,
    SP,
    SSO,
    STRANGER,
    a_form,
    a_policy,
    a_query,
    a_service_provider,
    an_authn_request,
    on_behalf_of,
)

APPROVED = a_service_provider(policy=a_policy(on_behalf_of=(("Aukra", "Aukra kommune"),)))
FIRST = Endpoint(names.HTTP_POST, CONSUMER, 0, True)


def kept(raw: bytes) -> KeptMessage:
    return KeptMessage(raw, MOMENT)


def by_redirect(**request: str) -> KeptMessage:
    return kept(a_query(an_authn_request(**request)))


def tried(proposed: ServiceProvider, *messages: KeptMessage) -> Replay:
    return dry_run.replay(messages, APPROVED, proposed, SSO, f"{HUB}/saml/metadata")


def changed(**description: object) -> ServiceProvider:
    return replace(APPROVED, description=replace(APPROVED.description, **description))


def decided(**policy: object) -> ServiceProvider:
    return replace(APPROVED, policy=replace(APPROVED.policy, **policy))


def test_what_changes_nothing_lets_all_pass() -> None:
    by_post = kept(dict(a_form(an_authn_request()))["SAMLRequest"].encode())
    found = tried(APPROVED, by_redirect(), by_post, by_redirect())
    assert found == Replay(3, (), 0, 0, MOMENT)
    assert found.passed == 3


def test_without_messages_nothing_is_known() -> None:
    assert tried(APPROVED).since is None


def test_causes_are_counted_the_most_frequent_first() -> None:
    by_index = by_redirect(AssertionConsumerServiceIndex="1")
    by_url = by_redirect(AssertionConsumerServiceURL=f"{SP}/other")
    found = tried(changed(consumers=(FIRST,)), by_url, by_index, by_redirect(), by_index)
    assert found.passed == 1
    assert found.causes == (
        Cause(Why.CONSUMER_INDEX, "1", 2),
        Cause(Why.CONSUMER_URL, f"{SP}/other", 1),
    )


@pytest.mark.parametrize(
    ("proposed", "message", "cause"),
    [
        (
            changed(signing_certificates=(STRANGER.certificate,)),
            by_redirect(),
            Cause(Why.KEY, REGISTERED.certificate.fingerprint, 1),
        ),
        (
            decided(on_behalf_of=()),
            by_redirect(content=on_behalf_of("Aukra")),
            Cause(Why.ON_BEHALF_OF, "Aukra", 1),
        ),
        (decided(minimum=Level.HIGH), by_redirect(), Cause(Why.LEVEL, "", 1)),
        (replace(APPROVED, active=False), by_redirect(), Cause(Why.SUSPENDED, "", 1)),
    ],
)
def test_each_cause_says_what_it_is_about(
    proposed: ServiceProvider, message: KeptMessage, cause: Cause
) -> None:
    assert tried(proposed, message).causes == (cause,)


def test_requests_that_come_to_need_a_signature_are_told() -> None:
    lenient = changed(authn_requests_signed=False)
    unsigned = kept(a_query(an_authn_request(), signed_by=None))
    found = dry_run.replay([unsigned], lenient, APPROVED, SSO, HUB)
    assert found.causes == (Cause(Why.UNSIGNED, "", 1),)


def test_what_is_refused_already_counts_against_nobody() -> None:
    stranger = kept(a_query(an_authn_request(), signed_by=STRANGER))
    assert tried(changed(consumers=(FIRST,)), stranger).refused_already == 1
    mended = tried(changed(signing_certificates=(STRANGER.certificate,)), stranger)
    assert (mended.tried, mended.mended) == (0, 1)


def test_time_is_taken_as_at_arrival() -> None:
    late = KeptMessage(a_query(an_authn_request()), MOMENT + timedelta(minutes=9))
    assert tried(APPROVED, late, by_redirect()) == Replay(1, (), 1, 0, MOMENT)


def test_what_cannot_be_read_is_refused_already() -> None:
    assert tried(APPROVED, kept(b"SAMLRequest=%%%"), kept(b"\xff")).refused_already == 2
