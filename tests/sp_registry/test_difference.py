"""What a change means, told one shift at a time."""

from dataclasses import fields, replace

from metadata import names
from metadata.description import Endpoint, SpDescription
from sp_registry.difference import Shift, Subject, difference
from sp_registry.service_provider import Policy, ServiceProvider
from tests.sp_registry.registry_fixtures import a_description, a_key

SP = ServiceProvider("id", a_description(), Policy(legal_basis="folketrygdloven § 1"))


def changed(**description: object) -> tuple[Shift, ...]:
    return difference(SP, replace(SP, description=replace(SP.description, **description)))


def decided(**policy: object) -> tuple[Shift, ...]:
    return difference(SP, replace(SP, policy=replace(SP.policy, **policy)))


def test_nothing_is_told_of_what_is_the_same() -> None:
    assert difference(SP, SP) == ()


def test_a_new_one_tells_where_answers_go_and_on_what_basis_uid_is_given() -> None:
    told = difference(None, SP)
    [answers] = [one for one in told if one.subject is Subject.ANSWERS]
    [uid] = [one for one in told if one.subject is Subject.UID]
    assert answers.after.startswith("https://nav.example.no/acs")
    assert uid.basis == "folketrygdloven § 1"


def test_another_address_for_answers_is_told_with_the_old_one() -> None:
    [shift] = changed(consumers=(Endpoint(names.HTTP_POST, "https://evil.example", 0, True),))
    assert shift.subject is Subject.ANSWERS
    assert shift.before.startswith("https://nav.example.no/acs")
    assert shift.after.startswith("https://evil.example")


def test_a_certificate_is_replaced_added_or_removed() -> None:
    newer = a_key("newer").certificate
    [replaced] = changed(signing_certificates=(newer,))
    [added] = changed(signing_certificates=(*SP.signing_certificates, newer))
    [removed] = changed(signing_certificates=())
    assert replaced.before and replaced.after
    assert added.after and not added.before
    assert removed.before and not removed.after


def test_uid_taken_away_and_a_pseudonym_given_are_two_shifts() -> None:
    told = decided(attributes=("pairwise-id", *SP.policy.attributes[1:]), profile=None)
    assert Shift(Subject.ATTRIBUTE, "", "pairwise-id") in told
    assert Shift(Subject.ATTRIBUTE, "uid", "") in told


def test_suspension_is_a_shift_of_trust() -> None:
    assert difference(SP, replace(SP, active=False)) == (Shift(Subject.TRUST, "active", ""),)


def test_the_order_of_keys_is_told_since_the_first_is_the_one_used() -> None:
    both = (*SP.signing_certificates, a_key("newer").certificate)
    one = replace(SP, description=replace(SP.description, signing_certificates=both))
    turned = replace(SP, description=replace(SP.description, signing_certificates=both[::-1]))
    [shift] = difference(one, turned)
    assert shift.field == "signing_certificates (order)"


def test_no_field_can_change_unseen() -> None:
    untold = {"warnings"}  # about the document, not about what it does
    for part, other in (("description", SpDescription("x", ())), ("policy", Policy(("x",), "x"))):
        for field in (one.name for one in fields(other) if one.name not in untold):
            value = ("something",) if field not in ("consumers", "logout") else (
                Endpoint("b", "https://else.example"),
            )
            if field in ("signing_certificates", "encryption_keys", "minimum", "attributes"):
                continue  # told by tests of their own
            after = replace(SP, **{part: replace(getattr(SP, part), **{field: value})})
            assert difference(SP, after), field
