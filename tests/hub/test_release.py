"""What is released to whom: profiles, subject identifiers, and nothing that others decide."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from hub.errors import OutsideFailed
from hub.saml.message_id import new_message_id
from hub.seams.registers import Contact, ContactStatus
from metadata import names
from metadata.description import AttributeService, RequestedAttribute
from sp_registry.attribute_profiles import PROFILES
from tests.builders import a_policy, a_query, an_authn_request
from tests.hub.world import (
    MOBILE,
    OLA,
    Browser,
    Page,
    World,
    a_world,
    ask,
    log_in,
    logged_in,
)

NAV, SKATT = "https://nav.example.no", "https://skatt.example.no"
SUBJECT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9=-]{0,126}@[A-Za-z0-9][A-Za-z0-9.-]{0,126}")
UNNUMBERED = ("pairwise-id", "subject-id", "SecurityLevel")


@dataclass
class Register:
    """A contact register that says one thing, or fails."""

    contact: Contact | None = None

    def find(self, person_id: str) -> Contact:
        if self.contact is None:
            raise OutsideFailed("the contact register does not answer")
        return self.contact


def services(*asked: Sequence[str]) -> tuple[AttributeService, ...]:
    """AttributeConsumingServices, numbered from 1."""
    return tuple(
        AttributeService(
            index, None, tuple(RequestedAttribute(name, None, False) for name in wanted)
        )
        for index, wanted in enumerate(asked, 1)
    )


# --- the contact register ---------------------------------------------------------------


def told_of_contact(world: World) -> dict[str, str]:
    world.register(NAV, a_policy(attributes=PROFILES["V3"]))
    told = logged_in(world, issuer=NAV).page.attributes
    return {name: value for name, value in told.items() if name not in PROFILES["V1"]}


def test_the_third_profile_tells_what_the_hub_knows_itself(world: World) -> None:
    assert told_of_contact(world) == {
        "mobiltelefonnummer": MOBILE,
        "reservasjon": "NEI",
        "status": "AKTIV",
    }


def test_somebody_without_contact_data_is_not_registered(world: World) -> None:
    world.register(NAV, a_policy(attributes=PROFILES["V3"]))
    told = logged_in(world, OLA, issuer=NAV).page.attributes
    assert told["status"] == "IKKE_REGISTRERT"
    assert "mobiltelefonnummer" not in told


def test_all_that_a_contact_register_says_is_told(world: World) -> None:
    everything = Contact(
        ContactStatus.ACTIVE, "kari@example.no", "+4790000000", True, "Digipost"
    )
    world.replace(contacts=Register(everything))
    assert told_of_contact(world) == {
        "epostadresse": "kari@example.no",
        "mobiltelefonnummer": "+4790000000",
        "reservasjon": "JA",
        "status": "AKTIV",
        "postkasseleverandoerNavn": "Digipost",
    }


def test_a_register_that_fails_is_a_status_and_no_failed_login(world: World) -> None:
    world.replace(contacts=Register())
    assert told_of_contact(world) == {"status": "SYSTEMFEIL"}


def test_nobody_is_looked_up_for_a_service_that_gets_no_contact_data(world: World) -> None:
    world.replace(contacts=Register())
    browser = logged_in(world)
    assert not any("contact register" in line for line in world.story(browser.page.request_id))


# --- subject identifiers ----------------------------------------------------------------


def test_subject_identifiers_have_their_form_and_their_name_format(world: World) -> None:
    world.register(NAV, a_policy(attributes=UNNUMBERED, legal_basis=None))
    page = logged_in(world, issuer=NAV).page
    for name in (names.PAIRWISE_ID, names.SUBJECT_ID):
        assert SUBJECT_ID.fullmatch(page.attributes[name])
        assert page.attributes[name].endswith("@idp.example.no")
    formats = {
        one.get("Name"): one.get("NameFormat")
        for one in page.answer().iter(f"{{{names.SAML}}}Attribute")
    }
    assert formats[names.PAIRWISE_ID] == formats[names.SUBJECT_ID] == names.URI_NAME_FORMAT
    assert formats["SecurityLevel"] is None


def test_a_pairwise_identifier_is_one_persons_at_one_service(world: World) -> None:
    for entity_id in (NAV, SKATT):
        world.register(entity_id, a_policy(attributes=UNNUMBERED))
    kari = logged_in(world, issuer=NAV)
    here = kari.page.attributes
    again = logged_in(world, issuer=NAV).page.attributes
    there = ask(world, kari, issuer=SKATT).attributes
    other = logged_in(world, OLA, issuer=NAV).page.attributes
    assert here == again
    assert here[names.PAIRWISE_ID] != there[names.PAIRWISE_ID]
    assert here[names.PAIRWISE_ID] != other[names.PAIRWISE_ID]
    assert here[names.SUBJECT_ID] == there[names.SUBJECT_ID] != other[names.SUBJECT_ID]


@pytest.mark.parametrize(
    ("required", "told"),
    [
        ("none", set()),
        ("any", {names.PAIRWISE_ID}),
        ("pairwise-id", {names.PAIRWISE_ID}),
        ("subject-id", {names.SUBJECT_ID}),
        (None, {names.PAIRWISE_ID, names.SUBJECT_ID}),
    ],
)
def test_an_identifier_that_it_has_no_use_for_is_not_sent(
    world: World, required: str | None, told: set[str]
) -> None:
    policy = a_policy(attributes=UNNUMBERED)
    world.register(NAV, policy, subject_id_requirement=required)
    found = set(logged_in(world, issuer=NAV).page.attributes)
    assert found == {*told, "SecurityLevel"}


def test_what_it_needs_is_no_reason_to_release_it(world: World) -> None:
    policy = a_policy(attributes=("pairwise-id",))
    world.register(NAV, policy, subject_id_requirement="subject-id")
    assert set(logged_in(world, issuer=NAV).page.attributes) == {names.PAIRWISE_ID}


# --- AttributeConsumingServiceIndex -----------------------------------------------------


def by_index(world: World, index: str | None) -> set[str]:
    listed = services(["uid", "shoe-size"], [names.PAIRWISE_ID, "Culture"], ["status"])
    policy = a_policy(attributes=("uid", "pairwise-id", "Culture"))
    world.register(NAV, policy, attribute_services=listed)
    page = logged_in(world, issuer=NAV, AttributeConsumingServiceIndex=index).page
    return set(page.attributes)


@pytest.mark.parametrize(
    ("index", "told"),
    [
        (None, {"uid", names.PAIRWISE_ID, "Culture"}),
        ("1", {"uid"}),
        ("2", {names.PAIRWISE_ID, "Culture"}),
        ("3", set()),
    ],
)
def test_what_a_request_asks_for_narrows_and_never_widens(
    world: World, index: str | None, told: set[str]
) -> None:
    assert by_index(world, index) == told


def test_an_index_that_is_not_registered_is_told_before_anybody_logs_in(world: World) -> None:
    page = ask(world, world.browser(), AttributeConsumingServiceIndex="7")
    assert page.statuses == ["Requester", "RequestUnsupported"]


# --- the order of services --------------------------------------------------------------

MANY = {
    "https://one.example.no": a_policy(attributes=PROFILES["V3"]),
    "https://two.example.no": a_policy(attributes=("pairwise-id", "Culture")),
    "https://three.example.no": a_policy(attributes=("uid", "subject-id"), legal_basis=None),
    "https://four.example.no": a_policy(attributes=("Culture", "AuthMethod", "uid")),
}
Alone = Callable[[str, str | None], dict[str, str]]
LOCALES = (None, "en", "nn")
visits = st.lists(
    st.tuples(st.sampled_from(sorted(MANY)), st.sampled_from(LOCALES)), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def crowded(installation: Path) -> Iterator[World]:
    with TemporaryDirectory() as folder, a_world(installation, Path(folder) / "i") as world:
        for entity_id, policy in MANY.items():
            world.register(entity_id, policy)
        yield world


def visit(world: World, browser: Browser, entity_id: str, locale: str | None) -> Page:
    """A request of this service, with the language that it wants beside the signed part."""
    request = an_authn_request(new_message_id(), entity_id, world.clock.now())
    wish = b"" if locale is None else f"&locale={locale}".encode()
    return browser.open_query(a_query(request) + wish)


@pytest.fixture(scope="module")
def alone(crowded: World) -> Alone:
    """What a service gets in a session in which no other was visited."""

    @cache
    def told(entity_id: str, locale: str | None) -> dict[str, str]:
        browser = crowded.browser()
        visit(crowded, browser, entity_id, locale)
        return log_in(crowded, browser).attributes

    return told


@with_settings(max_examples=20)
@given(visited=visits)
def test_the_order_in_which_services_are_visited_changes_no_answer(
    crowded: World, alone: Alone, visited: list[tuple[str, str | None]]
) -> None:
    browser = crowded.browser()
    visit(crowded, browser, *visited[0])
    log_in(crowded, browser)
    for entity_id, locale in visited:
        told = visit(crowded, browser, entity_id, locale).attributes
        assert told == alone(entity_id, locale)
