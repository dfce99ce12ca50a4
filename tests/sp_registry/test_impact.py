"""What would break if something weak were switched off."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from metadata import names
from metadata.description import EncryptionKey
from sp_registry.impact import Weakness, impacts, weaknesses
from sp_registry.service_provider import Policy, ServiceProvider
from tests.sp_registry.registry_fixtures import (
    NAV,
    NOW,
    World,
    a_certificate,
    a_description,
    a_proposal,
)
from tests.sp_registry.test_commands import Terminal

TOMORROW, YESTERDAY = (NOW + timedelta(days=1)).date(), (NOW - timedelta(days=1)).date()
SOUND = Policy(profile="V3")
OAEP_SHA256 = EncryptionKey(a_certificate(), (names.AES256_GCM,), (names.SHA256,))


def a_provider(
    policy: Policy = SOUND, entity_id: str = NAV, active: bool = True, **description: object
) -> ServiceProvider:
    given = {"encryption_keys": (OAEP_SHA256,)} | description
    return ServiceProvider("id", a_description(entity_id, **given), policy, active)


def excepted(algorithm: str, last_day: date) -> Policy:
    return Policy(profile="V3", algorithm_exceptions=((algorithm, last_day),))


CBC = (EncryptionKey(a_certificate(), (names.AES256_CBC,), (names.SHA256,)),)


@pytest.mark.parametrize(
    ("sp", "found"),
    [
        (a_provider(), set()),
        (a_provider(excepted(names.RSA_SHA1, TOMORROW)), {Weakness.SHA1_SIGNATURES}),
        (a_provider(excepted(names.RSA_SHA1, YESTERDAY)), set()),
        (a_provider(excepted(names.AES256_CBC, TOMORROW), encryption_keys=CBC), {Weakness.AES_CBC}),
        (a_provider(excepted(names.AES256_CBC, TOMORROW)), set()),
        (a_provider(encryption_keys=CBC), set()),
        (a_provider(encryption_keys=(EncryptionKey(a_certificate()),)), {Weakness.OAEP_SHA1}),
        (a_provider(authn_requests_signed=False), {Weakness.UNSIGNED}),
        (a_provider(Policy(profile="V1")), {Weakness.OLD_PROFILE}),
    ],
)
def test_each_weakness_is_found_where_it_is_depended_on(
    sp: ServiceProvider, found: set[Weakness]
) -> None:
    assert weaknesses(sp, NOW) == found


def test_a_certificate_whose_days_are_over_is_one() -> None:
    assert weaknesses(a_provider(), NOW + timedelta(days=3650)) == {Weakness.EXPIRED}


def test_services_are_told_with_their_share_of_logins() -> None:
    unsigned = [
        a_provider(entity_id=f"https://{name}.example.no", authn_requests_signed=False, active=on)
        for name, on in (("a", True), ("b", True), ("off", False))
    ]
    logins = {"https://a.example.no": 3, "https://b.example.no": 15, NAV: 982}
    [found] = [
        one for one in impacts(unsigned, logins, NOW) if one.weakness is Weakness.UNSIGNED
    ]
    assert [one.sp.entity_id for one in found.dependents] == [
        "https://b.example.no", "https://a.example.no",
    ]  # fmt: skip
    assert (found.logins, found.percent) == (18, 1.8)
    assert {one.percent for one in impacts(unsigned, {}, NOW)} == {0.0}


def test_the_command_tells_one_weakness(world: World, tmp_path: Path) -> None:
    world.published(a_proposal())
    world.traffic.counted = {NAV: 18, "https://else.example.no": 982}
    terminal = Terminal(world, tmp_path)
    assert terminal.run("sp", "impact", "old-profile") == 0
    assert terminal.told[0] == "old-profile: 1 service providers, 1.8 % of 1000 logins in 30 days"
    assert terminal.told[1].startswith(f"  {NAV}\t18\t1.8 %")
