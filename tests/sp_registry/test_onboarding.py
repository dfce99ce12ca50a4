from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from metadata import names
from metadata.description import Contact, EncryptionKey, Endpoint, SpDescription
from metadata.level import Level
from sp_registry import onboarding
from sp_registry.onboarding import Mode, NeedsApproval, Options, Proposal, Refused
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import (
    DEVELOPMENT,
    NOW,
    PRODUCTION,
    a_certificate,
    a_description,
)

PROFILE_V1 = ("uid", "SecurityLevel", "Culture", "AuthMethod")
LAWFUL = Options(legal_basis="skatteforvaltningsloven")


def considered(
    options: Options = Options(),
    mode: Mode = DEVELOPMENT,
    current: Policy | None = None,
    described: SpDescription | None = None,
) -> Proposal:
    return onboarding.considered(
        b"<document/>", described or a_description(), options, current, mode, NOW
    )


def refusal(options: Options = Options(), described: SpDescription | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        considered(options, described=described)
    return caught.value


def consumer(url: str) -> SpDescription:
    return a_description(consumers=(Endpoint(names.HTTP_POST, url, 0),))


def test_development_releases_the_first_profile_for_the_demo() -> None:
    policy = considered().policy
    assert policy.attributes == PROFILE_V1
    assert policy.legal_basis == "demo"
    assert not policy.read_as_minimum


def test_production_releases_a_pseudonym_without_a_legal_basis() -> None:
    proposal = considered(mode=PRODUCTION)
    assert proposal.policy.attributes == ("pairwise-id", "SecurityLevel", "Culture", "AuthMethod")
    assert proposal.policy.legal_basis is None
    assert any("--legal-basis" in problem for problem in proposal.problems)


def test_production_releases_uid_on_a_legal_basis() -> None:
    policy = considered(LAWFUL, PRODUCTION).policy
    assert policy.attributes == PROFILE_V1
    assert policy.legal_basis == LAWFUL.legal_basis


def test_the_basis_of_the_demo_is_worth_nothing_in_production() -> None:
    assert "uid" not in considered(Options(legal_basis="demo"), PRODUCTION).policy.attributes


def test_what_is_registered_stays_unless_another_is_asked_for() -> None:
    current = Policy(attributes=("uid",), legal_basis="a law", encrypt=False)
    assert considered(current=current).policy == current
    asked = Options(attributes=("Culture",), demand_signed=True)
    decided = replace(
        current, attributes=("Culture",), profile=None, demand_signed_requests=True
    )
    assert considered(asked, current=current).policy == decided


def test_a_level_that_no_step_reaches_is_refused() -> None:
    assert considered(Options(minimum=3)).policy.minimum is Level.SUBSTANTIAL
    assert refusal(Options(minimum=4)).code == "level-unreachable"
    assert refusal(Options(minimum=2)).code == "level-unknown"


def test_an_attribute_that_nobody_has_is_refused() -> None:
    caught = refusal(Options(attributes=("uid", "shoe-size")))
    assert caught.code == "attribute-unknown"
    assert caught.detail.startswith("There is no attribute shoe-size; there are")


@pytest.mark.parametrize(
    ("profile", "attributes"),
    [
        ("V1", PROFILE_V1),
        ("V2", PROFILE_V1),
        (
            "V3",
            PROFILE_V1
            + ("epostadresse", "mobiltelefonnummer", "reservasjon", "status")
            + ("postkasseleverandoerNavn",),
        ),
    ],
)
def test_a_profile_is_a_bundle_of_attributes(profile: str, attributes: tuple[str, ...]) -> None:
    policy = considered(Options(profile=profile)).policy
    assert (policy.profile, policy.attributes) == (profile, attributes)


def test_a_profile_is_not_asked_for_beside_a_list() -> None:
    both = Options(profile="V1", attributes=("uid",))
    assert refusal(both).code == "attributes-and-profile"
    assert refusal(Options(profile="V4")).code == "profile-unknown"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://nav.example.no/", "/home"])
def test_a_return_address_is_one_that_a_browser_may_be_sent_to(url: str) -> None:
    assert refusal(Options(return_url=url)).code == "return-url"


@pytest.mark.parametrize("registered", [("", "Oslo"), ("03 01", "Oslo"), ("0301", " "), ("æ", "Æ")])
def test_a_value_of_on_behalf_of_is_letters_and_digits_with_a_name(
    registered: tuple[str, str],
) -> None:
    assert refusal(Options(on_behalf_of=(registered,))).code == "on-behalf-of"


def test_a_consumer_by_artifact_needs_a_key_to_fetch_with() -> None:
    by_artifact = (Endpoint(names.HTTP_ARTIFACT, "https://nav.example.no/art", 0),)
    keyless = a_description(
        consumers=by_artifact, signing_certificates=(), authn_requests_signed=False
    )
    assert refusal(described=keyless).code == "consumer-not-served"
    assert considered(described=a_description(consumers=by_artifact)).policy


def test_in_production_uid_may_go_by_artifact_instead_of_encrypted() -> None:
    by_artifact = (Endpoint(names.HTTP_ARTIFACT, "https://nav.example.no/art", 0),)
    policy = Policy(legal_basis="a law")
    fetched = a_description(consumers=by_artifact, encryption_keys=())
    onboarding.require_approvable(fetched, policy, PRODUCTION, NOW)


def test_metadata_past_its_date_is_refused() -> None:
    described = a_description(valid_until=NOW - timedelta(seconds=1))
    assert refusal(described=described).code == "metadata-expired"


def test_signed_requests_without_a_key_are_refused() -> None:
    described = a_description(signing_certificates=(), authn_requests_signed=False)
    assert considered(described=described)
    assert refusal(Options(demand_signed=True), described).code == "signing-key-missing"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8090", "nav.localhost", "nav.test"])
def test_development_takes_plain_http_on_this_machine(host: str) -> None:
    described = consumer(f"http://{host}/acs")
    assert considered(described=described).description == described


@pytest.mark.parametrize(
    "url",
    [
        "http://nav.example.no/acs",
        "http://localhost.example.no/acs",
        "http://127.0.0.1.example.no/acs",
        "javascript:alert(1)",
        "https://kari@nav.example.no/acs",
        "https://nav.example.no/acs#top",
        "https://nav.example.no/ acs",
        "https://nav.example.no:port/acs",
        "https:///acs",
        "data:text/html,x",
        "/acs",
        "",
    ],
)
def test_an_unsafe_consumer_is_left_out_and_none_left_is_refused(url: str) -> None:
    assert refusal(described=consumer(url)).code == "consumer-not-served"
    good = a_description().consumers[0]
    both = a_description(consumers=(Endpoint(names.HTTP_POST, url, 7), good))
    proposal = considered(described=both)
    assert proposal.description.consumers == (good,)
    assert any(problem.startswith("AssertionConsumerService") for problem in proposal.problems)


def test_production_takes_no_plain_http_at_all() -> None:
    with pytest.raises(Refused):
        considered(mode=PRODUCTION, described=consumer("http://localhost/acs"))


def test_an_unsafe_logout_address_is_left_out() -> None:
    unsafe = Endpoint(names.HTTP_POST, "https://a.no/slo", response_url="javascript:x")
    assert considered(described=a_description(logout=(unsafe,))).description.logout == ()


def needed(mode: Mode = PRODUCTION, policy: Policy | None = None, **changes: Any) -> str:
    with pytest.raises(NeedsApproval) as caught:
        onboarding.require_approvable(
            a_description(**changes), policy or Policy(legal_basis="a law"), mode, NOW
        )
    return caught.value.code


def test_production_releases_uid_to_signed_requests_alone() -> None:
    assert needed(authn_requests_signed=False) == "uid-needs-signed-requests"
    demanded = Policy(legal_basis="a law", demand_signed_requests=True)
    unsigned = a_description(authn_requests_signed=False)
    onboarding.require_approvable(unsigned, demanded, PRODUCTION, NOW)


def test_production_sends_uid_encrypted_alone() -> None:
    assert needed(encryption_keys=()) == "uid-needs-encryption"
    assert needed(policy=Policy(legal_basis="a law", encrypt=False)) == "uid-needs-encryption"


def test_production_releases_no_uid_on_the_demos_basis() -> None:
    assert needed(policy=Policy(legal_basis="demo")) == "uid-needs-legal-basis"
    assert needed(policy=Policy()) == "uid-needs-legal-basis"


def test_nobody_is_approved_whom_nothing_can_be_encrypted_to() -> None:
    only_old = EncryptionKey(a_certificate(), (names.AES128_CBC, names.TRIPLE_DES_CBC))
    assert needed(DEVELOPMENT, encryption_keys=(only_old,)) == "encryption-method"
    without = Policy(encrypt=False)
    onboarding.require_approvable(
        a_description(encryption_keys=(only_old,)), without, DEVELOPMENT, NOW
    )


def test_an_empty_text_takes_away_what_was_registered() -> None:
    current = Policy(legal_basis="a law", return_url="https://nav.example.no/",
                     organisation_number="889640782", logo="0" * 64)
    emptied = Options(legal_basis="", return_url="", organisation_number="", logo="")
    policy = considered(emptied, current=current).policy
    assert (policy.legal_basis, policy.return_url) == ("demo", None)  # what development gives
    assert (policy.organisation_number, policy.logo) == (None, None)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (Options(display_names=(("da", "Navn"),)), "display-name"),
        (Options(display_names=(("nb", "x" * 101),)), "display-name"),
        (Options(display_names=(("nb", "Etat\x1b[2J"),)), "display-name"),
        (Options(contacts=(Contact("technical", "", ()),)), "contact"),
        (Options(contacts=(Contact("boss", "", ("a@b.no",)),)), "contact"),
        (Options(contacts=(Contact("other", "", ("a@b.no\nBcc: c@d.no",)),)), "contact"),
        (Options(bases=(("shoe-size", "lov"),)), "attribute-unknown"),
        (Options(bases=(("status", "x" * 301),)), "legal-basis"),
        (Options(logout_wish="perhaps"), "logout-wish"),
        (Options(logo="../../etc/passwd"), "logo-unknown"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(options: Options, code: str) -> None:
    assert refusal(options).code == code
