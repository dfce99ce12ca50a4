"""A change of signing keys at a running hub: by commands, and in what services receive."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from lxml import etree

from certs.certificate import Certificate
from certs.errors import CertsError
from certs.key_store import ASSERTION, NoKey, PemKeyStore
from certs.make_key import KeyKind, make_key
from certs.rotation import State
from hub.keys import commands as key_commands
from hub.keys.context import KeyContext
from hub.keys.running import SigningKeys, read_plan
from metadata import names
from tests.builders import MOMENT, REGISTERED, SP
from tests.hub.saml.answers import found
from tests.hub.world import OPEN, Browser, World, ask, logged_in

DAY = timedelta(days=1)


@dataclass
class Desk:
    """An administrator at a shell beside the running hub."""

    world: World
    said: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str) -> str:
        """What `minid keys …` prints."""
        whole = argparse.ArgumentParser()
        key_commands.add_parsers(whole.add_subparsers())
        args = whole.parse_args(["keys", *arguments])
        self.said.clear()
        assert args.run_keys(self.context, args) == 0
        self.world.clock.move(seconds=1)  # as old as a worker's knowledge may be
        return "\n".join(self.said)

    @property
    def context(self) -> KeyContext:
        settings = self.world.settings
        return KeyContext(
            directory=settings.keys,
            kind=KeyKind.P_256,
            room=self.world.store.keys,
            snapshots=self.world.outside.snapshots,
            ledger=self.world.store.ledger,
            clock=self.world.clock.now,
            who="shell:kari",
            write_out=self.said.append,
        )

    def fingerprint(self, state: State) -> str:
        now, rotation = self.world.clock.now(), read_plan(self.world.store.keys).rotation
        (key,) = (key for key in rotation.keys if rotation.state_of(key, now) is state)
        return key.fingerprint

    def refused(self, *arguments: str) -> str:
        with pytest.raises(CertsError) as caught:
            self(*arguments)
        return f"{caught.value.detail} ({caught.value.code})"


@pytest.fixture
def keys(world: World) -> Desk:
    return Desk(world)


def signed_with(browser: Browser) -> str:
    """The fingerprint of the certificate that the answer on the page names."""
    path = "ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate"
    return Certificate.from_base64(str(found(browser.page.answer(), path).text)).fingerprint


def in_metadata(world: World, path: str = "/saml/metadata") -> list[str]:
    root = etree.fromstring(world.app.test_client().get(path).data)
    role = f"{{{names.MD}}}IDPSSODescriptor//{{{names.DS}}}X509Certificate"
    return [Certificate.from_base64(str(one.text)).fingerprint for one in root.iterfind(role)]


def own_address(world: World) -> str:
    return f"/saml/metadata/sp/{world.outside.snapshots.current().find(SP).id}"


def line(board: str, entity_id: str = SP) -> list[str]:
    """The cells of one service provider's line."""
    (text,) = (text for text in board.splitlines() if text.startswith(entity_id + " "))
    return [cell for cell in text.split("  ") if cell]


# --- the change ---------------------------------------------------------------------------


def test_a_new_key_is_published_at_once_and_signs_nothing(world: World, keys: Desk) -> None:
    first = keys.fingerprint(State.ACTIVE)
    keys("new")
    second = keys.fingerprint(State.NEXT)
    assert in_metadata(world) == [first, second]
    assert signed_with(logged_in(world)) == first


def test_all_are_signed_with_the_next_key_when_the_window_ends(world: World, keys: Desk) -> None:
    keys("new")
    second = keys.fingerprint(State.NEXT)
    keys("rotate", "--window", "1")
    assert signed_with(logged_in(world)) != second
    world.clock.move(days=1)
    assert signed_with(logged_in(world)) == second
    assert in_metadata(world)[0] == second


def test_one_service_changes_at_a_date_of_its_own(world: World, keys: Desk) -> None:
    keys("new")
    first, second = keys.fingerprint(State.ACTIVE), keys.fingerprint(State.NEXT)
    keys("rotate", "--window", "30")
    keys("pin", SP, second, "--at", (MOMENT + DAY).isoformat())
    assert in_metadata(world, own_address(world)) == [first]
    world.clock.move(days=1)
    assert in_metadata(world, own_address(world)) == [second]
    browser = logged_in(world)
    assert signed_with(browser) == second
    assert signed_with_at(world, browser, OPEN) == first


def signed_with_at(world: World, browser: Browser, entity_id: str) -> str:
    ask(world, browser, issuer=entity_id)
    return signed_with(browser)


def test_a_key_is_not_retired_while_somebody_needs_it(world: World, keys: Desk) -> None:
    first = keys.fingerprint(State.ACTIVE)
    assert "(key-in-use)" in keys.refused("retire", first)
    keys("pin", SP, first)
    keys("new")
    keys("rotate", "--window", "0")
    assert keys.refused("retire", first) == (
        f"{first[:16]} signs, or is to sign, for {SP}; "
        "unpin them or pin them to another key (key-in-use)"
    )
    keys("unpin", SP)
    keys("retire", first)
    assert in_metadata(world) == [keys.fingerprint(State.ACTIVE)]


def test_there_is_one_next_key_at_a_time(keys: Desk) -> None:
    keys("new")
    assert "(key-state)" in keys.refused("new")
    keys("retire", keys.fingerprint(State.NEXT))
    keys("new", "--kind", "p-384")
    assert "EC 384" in keys("list")


def test_without_a_next_key_there_is_nothing_to_rotate_to(keys: Desk) -> None:
    assert "minid keys new" in keys.refused("rotate")


def test_a_hasty_change_is_warned_of(keys: Desk) -> None:
    keys("new")
    assert "less than 14 days" in keys("rotate", "--window", "13")
    assert "warning" not in keys("rotate", "--window", "30")


def test_what_is_done_is_on_record_with_who_did_it(world: World, keys: Desk) -> None:
    keys("new")
    keys("rotate")
    keys("pin", SP, keys.fingerprint(State.ACTIVE))
    rows = world.events("key-published", "key-window-set", "key-pinned")
    assert len(rows) == 3 and all("shell:kari" in row["details"] for row in rows)


# --- rehearsals -----------------------------------------------------------------------------


@pytest.fixture
def rehearsing(keys: Desk) -> str:
    """A next key that the next login of one service is to be signed with."""
    keys("new")
    keys("rehearse", SP)
    return keys.fingerprint(State.NEXT)


def test_one_login_alone_is_signed_with_the_next_key(
    world: World, keys: Desk, rehearsing: str
) -> None:
    assert line(keys("board"))[2].strip() == "at the next login"
    assert signed_with(logged_in(world)) == rehearsing
    assert signed_with(logged_in(world)) != rehearsing
    assert line(keys("board"))[2].strip() == "signed, not known"


def test_a_login_of_another_service_is_none(world: World, rehearsing: str) -> None:
    assert signed_with(logged_in(world, issuer=OPEN)) != rehearsing


def test_a_session_that_the_service_knows_already_would_prove_nothing(
    world: World, keys: Desk
) -> None:
    browser = logged_in(world)
    keys("new")
    keys("rehearse", SP)
    ask(world, browser)
    assert signed_with(browser) != keys.fingerprint(State.NEXT)


def test_who_confirms_is_switched_when_the_window_opens(
    world: World, keys: Desk, rehearsing: str
) -> None:
    logged_in(world)
    keys("confirm", SP)
    assert line(keys("board"))[2].strip() == "completed (confirmed)"
    assert signed_with(logged_in(world)) != rehearsing
    keys("rotate", "--window", "30")
    assert signed_with(logged_in(world)) == rehearsing
    assert signed_with(logged_in(world, issuer=OPEN)) != rehearsing
    assert line(keys("board"))[4].strip() == "switched"


def test_what_was_never_signed_cannot_be_confirmed(keys: Desk, rehearsing: str) -> None:
    assert "has been signed" in keys.refused("confirm", SP)


def test_the_same_browser_coming_back_at_once_tells_of_a_failure(
    world: World, keys: Desk, rehearsing: str
) -> None:
    browser = logged_in(world)
    world.clock.move(seconds=20)
    ask(world, browser)
    assert signed_with(browser) != rehearsing
    assert line(keys("board"))[2].strip() == "probably failed"


def test_the_same_browser_coming_back_later_tells_nothing(
    world: World, keys: Desk, rehearsing: str
) -> None:
    browser = logged_in(world)
    world.clock.move(seconds=40)
    ask(world, browser)
    assert line(keys("board"))[2].strip() == "signed, not known"


# --- what is known of services --------------------------------------------------------------


def test_the_board_knows_of_a_fetch_at_the_services_own_address(world: World, keys: Desk) -> None:
    keys("new")
    client = world.app.test_client()
    client.get("/saml/metadata")
    assert line(keys("board"))[1].strip() == "not known"
    client.get(own_address(world))
    world.store.database.write_waiting()
    assert line(keys("board"))[1].strip().startswith("without the key, 2026-01-02")
    client.get(own_address(world) + "?keys=all")
    world.store.database.write_waiting()
    assert line(keys("board"))[1].strip().startswith("2026-01-02")


def test_the_board_tells_who_cannot_verify_the_next_kind_of_key(world: World, keys: Desk) -> None:
    world.register(SP, signing_methods=(names.RSA_SHA256,))
    keys("new", "--kind", "p-256")
    assert line(keys("board"))[-1].strip() == "its metadata lists no algorithm for EC keys"


def test_the_certificate_that_a_service_really_uses_is_known(world: World, keys: Desk) -> None:
    logged_in(world)
    world.store.database.write_waiting()
    (told,) = key_commands.certificates_in_use(world.store.keys, SP)
    assert told.startswith(f"signed with {REGISTERED.certificate.fingerprint}: last 2026-01-02")


def test_it_is_counted_each_time_and_written_once_a_minute(world: World) -> None:
    running, store = world.outside.keys, world.store
    for seconds in (0, 1, 2, 61, 62):
        running.certificate_used(SP, "ab" * 32, MOMENT + timedelta(seconds=seconds))
    store.database.write_waiting()
    (seen,) = store.keys.certificates_seen(SP)
    assert (seen.count, seen.last_seen) == (4, MOMENT + timedelta(seconds=61))


# --- several nodes --------------------------------------------------------------------------


@pytest.fixture
def another_node(world: World, keys: Desk) -> Callable[[], SigningKeys]:
    """A node that has the first key's file and lacks what was made since."""
    directory = world.settings.instance / "another"
    directory.mkdir(mode=0o700)
    for path in world.settings.keys.glob("assertion-1.*"):
        (directory / path.name).write_bytes(path.read_bytes())
        (directory / path.name).chmod(0o600)
    return lambda: SigningKeys(PemKeyStore(directory), world.store.keys)


def test_a_node_without_the_active_key_says_so_and_signs_with_a_published_one(
    world: World, keys: Desk, another_node: Callable[[], SigningKeys]
) -> None:
    first = keys.fingerprint(State.ACTIVE)
    keys("new")
    keys("rotate", "--window", "0")
    node, now = another_node(), world.clock.now()
    (fault,) = node.faults(now)
    assert keys.fingerprint(State.ACTIVE) in fault and "copy" in fault
    assert node.signing(SP, now).certificate.fingerprint == first
    assert world.outside.keys.faults(now) == []


def test_a_node_never_signs_with_a_retired_key(
    world: World, keys: Desk, another_node: Callable[[], SigningKeys]
) -> None:
    first = keys.fingerprint(State.ACTIVE)
    keys("new")
    keys("rotate", "--window", "0")
    keys("retire", first)
    with pytest.raises(NoKey):
        another_node().signing(SP, world.clock.now())


def test_a_node_without_the_next_key_is_not_ready_once_its_window_opens(
    world: World, keys: Desk, another_node: Callable[[], SigningKeys]
) -> None:
    keys("new")
    assert another_node().faults(world.clock.now()) == []
    keys("rotate", "--window", "30")
    assert len(another_node().faults(world.clock.now())) == 1


def test_a_node_that_is_given_the_file_signs_with_it_without_a_restart(
    world: World, keys: Desk, another_node: Callable[[], SigningKeys]
) -> None:
    node = another_node()
    keys("new")
    keys("rotate", "--window", "0")
    for path in world.settings.keys.glob("assertion-2.*"):
        copied = world.settings.instance / "another" / path.name
        copied.write_bytes(path.read_bytes())
        copied.chmod(0o600)
    second = keys.fingerprint(State.ACTIVE)
    assert node.signing(SP, world.clock.now()).certificate.fingerprint == second


def test_a_hub_that_lacks_its_key_is_not_ready(world: World) -> None:
    foreign = make_key(
        world.settings.instance / "elsewhere", ASSERTION, KeyKind.P_256, "MinID", MOMENT
    )
    room = world.store.keys
    room.publish(foreign.certificate, ASSERTION, MOMENT)
    world.clock.move(seconds=2)
    at = world.clock.now()
    room.schedule(foreign.certificate.fingerprint, at, at, at)
    answer = world.app.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert foreign.certificate.fingerprint in answer.text
