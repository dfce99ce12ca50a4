"""Whatever was registered: exported, imported elsewhere and exported again, no byte differs."""

import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from string import ascii_lowercase

from hypothesis import given, settings
from hypothesis import strategies as st

from metadata.algorithms import EXCEPTIONS
from metadata.description import Contact
from sp_registry import logos, onboarding, organisations
from sp_registry.attribute_profiles import KNOWN_ATTRIBUTES, PROFILES
from sp_registry.environment import Environment
from sp_registry.onboarding import Options
from sp_registry.service_provider import LOGOUT_WISHES
from sp_registry.wishes import CONTACT_KINDS, NAME_LANGUAGES
from tests.sp_registry.registry_fixtures import DEVELOPMENT, NOW, World, a_certificate, a_world
from tests.sp_registry.test_logos import a_picture
from tests.sp_registry.test_transfer import document, exported, run

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
TEXTS = st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: text.strip() != "")
SLUGS = st.text(ascii_lowercase, min_size=1, max_size=6)
ADDRESSES = SLUGS.map("https://{}.example.no/a?b='c'".format)
NUMBERS = ("889640782", "974760673")
CONTACTS = st.builds(
    Contact,
    kind=st.sampled_from(CONTACT_KINDS),
    name=st.text(LETTERS, max_size=20),
    emails=st.tuples(SLUGS.map("{}@example.no".format)),
)
RELEASED = st.sampled_from(sorted(PROFILES)).map(lambda profile: {"profile": profile}) | st.sets(
    st.sampled_from(sorted(KNOWN_ATTRIBUTES))
).map(lambda names: {"attributes": tuple(names)})


@cache
def a_logo() -> logos.Logo:
    return logos.accepted(a_picture())


@st.composite
def wishes(draw: st.DrawFn) -> Options:
    """What may stand beside metadata, each at random."""
    address = draw(st.none() | ADDRESSES)
    languages = st.dictionaries(st.sampled_from(NAME_LANGUAGES), TEXTS)
    bases = st.dictionaries(st.sampled_from(sorted(KNOWN_ATTRIBUTES)), TEXTS)
    exceptions = st.dictionaries(
        st.sampled_from(sorted(EXCEPTIONS)), st.dates(date(2027, 1, 1), date(2090, 1, 1))
    )
    return Options(
        legal_basis=draw(st.none() | TEXTS),
        bases=tuple(draw(bases).items()),
        demand_signed=draw(st.booleans()),
        encrypt=draw(st.booleans()),
        read_as_minimum=draw(st.booleans()),
        idp_initiated=draw(st.booleans()),
        logout_wish=draw(st.sampled_from(LOGOUT_WISHES)),
        return_url=draw(st.none() | ADDRESSES),
        on_behalf_of=tuple(draw(st.dictionaries(SLUGS, TEXTS, max_size=3)).items()),
        exceptions=tuple(draw(exceptions).items()),
        display_names=tuple(draw(languages).items()),
        organisation_number=draw(st.none() | st.sampled_from(NUMBERS)),
        contacts=tuple(draw(st.lists(CONTACTS, max_size=3))),
        source_url=address,
        source_pins=(a_certificate(),) if address and draw(st.booleans()) else (),
        environment=draw(st.sampled_from(Environment)),
        logo=draw(st.sampled_from([None, a_logo().hash])),
        **draw(RELEASED),
    )


# What becomes of each: approved, suspended, only proposed, and with a change that waits.
FATES = st.sampled_from(["approved", "suspended", "waits", "changed"])


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(wishes(), FATES), min_size=8, max_size=16), TEXTS)
def test_what_is_exported_and_imported_is_exported_the_same(
    registered: list[tuple[Options, str]], name: str
) -> None:
    with tempfile.TemporaryDirectory() as at:
        folder = Path(at)
        with a_world(str(folder / "one.db"), folder / "one") as world:
            fill(world, registered, name[:100])
            first = exported(world, folder / "a")
        with a_world(str(folder / "other.db"), folder / "other") as other:
            status, told = run(other, "registry", "import", folder / "a", "--approve")
            assert status == 0, told
            assert exported(other, folder / "b") == first


def fill(world: World, registered: list[tuple[Options, str]], name: str) -> None:
    world.database.write(lambda connection: logos.keep(connection, a_logo(), NOW))
    world.database.write(
        lambda connection: organisations.keep(connection, NUMBERS[0], name, "kari", NOW)
    )
    for number, (options, fate) in enumerate(registered):
        entity_id = f"https://sp-{number}.example.no"
        given = onboarding.propose(document(entity_id), options, None, DEVELOPMENT, NOW)
        key = world.desk.propose(given, "kari", NOW).entity_id
        if fate != "waits":
            world.desk.approve(key, "ola", NOW)
        if fate == "suspended":
            world.desk.suspend(key, "ola", NOW)
        if fate == "changed":
            world.desk.propose(replace(given, document=given.document + b"\n"), "kari", NOW)
