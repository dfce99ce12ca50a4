"""The hub's metadata as the agencies hold it."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.hub import Hub, HubUnreachable
from tests.demo.throwaway_idp import BINDINGS, ThrowawayIdp

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)
REDIRECT = f"{BINDINGS}HTTP-Redirect"


def test_nothing_is_fetched_before_a_login_needs_it(idp: ThrowawayIdp) -> None:
    hub = Hub(idp.issuer)
    assert idp.fetched == 0
    assert hub.described(REDIRECT, NOW)["entityId"] == idp.issuer
    hub.described(f"{BINDINGS}HTTP-POST", NOW)
    assert idp.fetched == 1


def test_it_fetches_anew_every_five_seconds_at_most(idp: ThrowawayIdp) -> None:
    hub = Hub(idp.issuer)
    hub.described(REDIRECT, NOW)
    assert not hub.refetch(NOW + timedelta(seconds=4))
    assert hub.refetch(NOW + timedelta(seconds=5))
    assert not hub.refetch(NOW + timedelta(seconds=9))
    assert idp.fetched == 2


def test_a_hub_that_does_not_answer_is_told_of_by_name() -> None:
    with pytest.raises(HubUnreachable, match="http://127.0.0.1:1/saml/metadata"):
        Hub("http://127.0.0.1:1").described(REDIRECT, NOW)


@pytest.mark.parametrize("document", [b"", b"nothing", b"<a/>"])
def test_metadata_of_no_use_is_told_of_too(document: bytes) -> None:
    with pytest.raises(HubUnreachable, match="of no use"):
        Hub("http://hub.test", lambda url: document).described(REDIRECT, NOW)
