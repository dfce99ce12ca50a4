"""All faults of a service provider at once, the worst first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from metadata import names
from metadata.description import EncryptionKey, Endpoint, SpDescription
from metadata.parse import parse
from metadata.validate import DEVELOPMENT_HTTP_HOSTS, Problem, Severity, problems
from tests.metadata.sample_keys import ec_key, rsa_key
from tests.metadata.sample_metadata import an_entity

NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)


@pytest.fixture
def good() -> SpDescription:
    return parse(an_entity().encode())


def found(description: SpDescription, now: datetime = NOW) -> dict[str, Severity]:
    return {one.code: one.severity for one in problems(description, now)}


def with_consumer(description: SpDescription, url: str) -> SpDescription:
    return replace(description, consumers=(Endpoint(names.HTTP_POST, url, 0),))


def test_a_good_one_has_none(good: SpDescription) -> None:
    assert problems(good, NOW) == ()


def test_valid_until_past_is_refused_with_its_time(good: SpDescription) -> None:
    expired = replace(good, valid_until=NOW - timedelta(minutes=1))
    assert problems(expired, NOW) == (
        Problem(
            "metadata-expired",
            Severity.REFUSE,
            "validUntil passed at 2026-11-23 10:13 UTC; publish the metadata anew.",
        ),
    )


def test_valid_until_to_come_is_no_fault(good: SpDescription) -> None:
    assert found(replace(good, valid_until=NOW + timedelta(minutes=1))) == {}


@pytest.mark.parametrize("host", ["sp.example.no", "localhost.example.no", "10.0.0.1"])
def test_http_is_blocked(good: SpDescription, host: str) -> None:
    description = with_consumer(good, f"http://{host}/acs")
    assert found(description) == {"endpoint-http": Severity.BLOCK}
    assert problems(description, NOW, DEVELOPMENT_HTTP_HOSTS)


@pytest.mark.parametrize("host", ["localhost:8090", "127.0.0.1:8090", "nav.localhost", "a.test"])
def test_http_on_this_machine_will_do_in_development(good: SpDescription, host: str) -> None:
    description = with_consumer(good, f"http://{host}/acs")
    assert problems(description, NOW, DEVELOPMENT_HTTP_HOSTS) == ()
    assert found(description) == {"endpoint-http": Severity.BLOCK}


def test_an_address_is_named_once(good: SpDescription) -> None:
    one = Endpoint(names.HTTP_POST, "http://sp.example.no/x", 0)
    assert len(problems(replace(good, consumers=(one, one), logout=(one,)), NOW)) == 1


def test_certificates_are_judged_by_their_dates(good: SpDescription) -> None:
    certificate = rsa_key().certificate
    after, before = certificate.not_after, certificate.not_before
    assert found(good, after + timedelta(1)) == {"certificate-expired": Severity.ADVICE}
    assert found(good, before - timedelta(1)) == {"certificate-not-yet-valid": Severity.ADVICE}


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"logout": ()}, "logout-missing", Severity.ADVICE),
        ({"logout": (Endpoint("urn:x", "https://x.no"),)}, "logout-binding", Severity.ADVICE),
        ({"name_id_formats": ()}, "name-id-missing", Severity.ADVICE),
        ({"name_id_formats": (names.EMAIL_NAME_ID,)}, "name-id-unknown", Severity.ADVICE),
        ({"encryption_keys": ()}, "encryption-key-missing", Severity.ADVICE),
        ({"signing_certificates": ()}, "signing-key-missing", Severity.ADVICE),
        ({"authn_requests_signed": False}, "requests-not-signed", Severity.ADVICE),
        ({"entity_id": "https://blåbær.no"}, "entity-id-not-ascii", Severity.ADVICE),
        ({"warnings": ("x is wrong",)}, "metadata-warning", Severity.ADVICE),
        (
            {"encryption_keys": (EncryptionKey(rsa_key().certificate, has_use=False),)},
            "key-without-use",
            Severity.ADVICE,
        ),
        (
            {"encryption_keys": (EncryptionKey(rsa_key().certificate, (names.AES128_CBC,)),)},
            "encryption-method",
            Severity.BLOCK,
        ),
        (
            {"encryption_keys": (EncryptionKey(rsa_key().certificate, (names.RSA_1_5,)),)},
            "encryption-key-transport",
            Severity.BLOCK,
        ),
        (
            {"encryption_keys": (EncryptionKey(ec_key().certificate),)},
            "encryption-key-kind",
            Severity.BLOCK,
        ),
    ],
)
def test_it_finds(
    good: SpDescription, changes: dict[str, Any], code: str, severity: Severity
) -> None:
    assert found(replace(good, **changes)) == {code: severity}


def test_the_worst_comes_first(good: SpDescription) -> None:
    bad = with_consumer(replace(good, logout=(), valid_until=NOW), "http://sp.example.no/")
    order = [one.severity for one in problems(bad, NOW)]
    assert order == [Severity.REFUSE, Severity.BLOCK, Severity.ADVICE]
