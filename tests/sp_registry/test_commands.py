import argparse
import sqlite3
from pathlib import Path

import pytest

from certs.signing_key import SigningKey
from metadata.description import Contact
from sp_registry import commands
from sp_registry.errors import RegistryError
from sp_registry.onboarding import Mode
from sp_registry.registry_context import RegistryContext
from sp_registry.source import SourceFault
from tests.sp_registry.registry_fixtures import (
    DEVELOPMENT,
    NAV,
    NOW,
    PRODUCTION,
    World,
    a_certificate,
    a_key,
)

POSTEN = "https://posten.example.no/saml"
DOCUMENT = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}">
  <md:SPSSODescriptor AuthnRequestsSigned="true"
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:AssertionConsumerService index="0" Location="{consumer}"
        Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"""


class Terminal:
    """Runs `minid` commands of the registry and keeps what they told."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.who = "kari"
        self.told: list[str] = []
        self.web: dict[str, Path] = {}
        self.signing_key: SigningKey = a_key()
        self.parser = argparse.ArgumentParser("minid")
        commands.add_parsers(self.parser.add_subparsers(required=True))

    def run(self, *arguments: str | Path, mode: Mode = DEVELOPMENT) -> int:
        self.told = []
        args = self.parser.parse_args([str(argument) for argument in arguments])
        context = RegistryContext(
            database=self.world.database,
            directory=self.world.directory,
            signing_key=self.signing_key,
            certificates=[a_key().certificate],
            clock=lambda: NOW,
            who=self.who,
            mode=mode,
            audit=self.world.audit,
            write_out=self.told.append,
            traffic=self.world.traffic,
            fetch=self.fetched,
            watch=self.world.watch,
        )
        return int(args.run(context, args))

    def fetched(self, url: str) -> bytes:
        if url not in self.web:
            raise SourceFault("source-away", f"{url} gave no answer.")
        return self.web[url].read_bytes()

    def document(
        self, name: str, entity_id: str = NAV, consumer: str = "https://nav.example.no/acs"
    ) -> Path:
        path = self.folder / name
        text = DOCUMENT.format(
            entity_id=entity_id, consumer=consumer, certificate=a_certificate().base64
        )
        path.write_text(text)
        return path


@pytest.fixture
def terminal(world: World, tmp_path: Path) -> Terminal:
    return Terminal(world, tmp_path)


def test_what_is_added_and_approved_is_served_when_it_returns(terminal: Terminal) -> None:
    worker = terminal.world.snapshots
    assert worker.current().number == 0
    assert terminal.run("sp", "add", terminal.document("nav.xml"), "--approve") == 0
    assert worker.current().find(NAV).policy.legal_basis == "demo"
    assert terminal.told[0].startswith(f"{terminal.folder}/nav.xml: taken in as {NAV}")
    assert terminal.told[-1] == "snapshot 1 is in force"


def test_without_approval_it_waits(terminal: Terminal) -> None:
    assert terminal.run("sp", "add", terminal.document("nav.xml")) == 0
    assert "; waits for approval;" in terminal.told[0]
    assert len(terminal.world.snapshots.current()) == 0


def test_many_files_are_published_once(terminal: Terminal) -> None:
    files = [terminal.document("nav.xml"), terminal.document("posten.xml", POSTEN)]
    terminal.run("sp", "add", *files, "--approve")
    assert len(terminal.world.snapshots.current()) == 2
    assert terminal.told[-1] == "snapshot 1 is in force"


def test_adding_again_changes_nothing(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve")
    assert terminal.run("sp", "add", file, "--approve") == 0
    assert terminal.told[-1] == "snapshot 1 is in force"


def test_one_bad_file_does_not_stop_the_others(terminal: Terminal) -> None:
    bad = terminal.folder / "bad.xml"
    bad.write_text("<html/>")
    missing = terminal.folder / "missing.xml"
    status = terminal.run("sp", "add", bad, missing, terminal.document("nav.xml"), "--approve")
    assert status == 1
    assert terminal.told[0].startswith(f"{bad}: refused: The document is a html")
    assert terminal.told[0].endswith("(metadata-no-entity)")
    assert terminal.told[1] == (
        f"{missing}: refused: No such file or directory. (file-unreadable)"
    )
    assert terminal.world.snapshots.current().find(NAV).active


def test_options_become_policy(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    options = ("--attributes", "uid,Culture", "--legal-basis", "a law", "--demand-signed")
    terminal.run("sp", "add", file, "--approve", *options)
    policy = terminal.world.snapshots.current().find(NAV).policy
    assert (policy.attributes, policy.legal_basis) == (("uid", "Culture"), "a law")
    assert policy.demand_signed_requests


def test_every_part_of_the_policy_can_be_asked_for_and_is_shown(terminal: Terminal) -> None:
    options = ("--profile", "V3", "--read-as-minimum", "--no-encryption", "--idp-initiated")
    addresses = ("--return-url", "https://nav.example.no/")
    behalf = ("--on-behalf-of", "0301=Oslo kommune", "--on-behalf-of", "1103=Stavanger")
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", *options, *addresses, *behalf)
    terminal.run("sp", "show", NAV)
    for line in (
        "profile: V3",
        "assertions are encrypted: no",
        "levels are read as minimum: yes",
        "logins may begin at the hub: yes",
        "return address: https://nav.example.no/",
        "on behalf of: 0301 = Oslo kommune",
        "on behalf of: 1103 = Stavanger",
    ):
        assert f"  {line}" in terminal.told


def test_what_was_allowed_can_be_taken_back(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", "--idp-initiated", "--return-url", "https://n.no/")
    terminal.run("sp", "add", file, "--approve", "--no-idp-initiated", "--return-url", "")
    policy = terminal.world.snapshots.current().find(NAV).policy
    assert not policy.idp_initiated
    assert policy.return_url is None


def test_level_four_is_refused(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    assert terminal.run("sp", "add", file, "--approve", "--min-level", "4") == 1
    assert terminal.told[0] == (
        f"{file}: refused: The lowest level is set to 4, and MinID reaches 3. (level-unreachable)"
    )


def test_in_production_one_adds_and_another_approves(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", "--legal-basis", "a law", mode=PRODUCTION)
    assert "not approved: It was proposed by kari" in terminal.told[0]
    terminal.who = "ola"
    terminal.run("sp", "approve", NAV, mode=PRODUCTION)
    assert terminal.world.snapshots.current().find(NAV).policy.legal_basis == "a law"


def test_nobody_approves_anothers_policy_by_adding_the_same_file(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--legal-basis", "a whim", mode=PRODUCTION)
    terminal.who = "ola"
    terminal.run("sp", "add", file, "--approve", mode=PRODUCTION)
    assert "not approved: It was proposed by ola" in terminal.told[0]
    assert len(terminal.world.snapshots.current()) == 0


def test_what_is_approved_stays_when_the_file_comes_anew(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve", "--legal-basis", "a law")
    newer = terminal.document("newer.xml", consumer="https://b.no/acs")
    terminal.run("sp", "add", newer, "--approve")
    found = terminal.world.snapshots.current().find(NAV)
    assert found.description.consumers[0].url == "https://b.no/acs"
    assert found.policy.legal_basis == "a law"


def test_suspending_is_in_force_when_it_returns(terminal: Terminal) -> None:
    terminal.run("sp", "add", terminal.document("nav.xml"), "--approve")
    worker = terminal.world.snapshots
    terminal.run("sp", "suspend", NAV)
    assert not worker.current().find(NAV).active
    terminal.run("sp", "resume", NAV)
    terminal.run("sp", "approve", NAV)
    assert worker.current().find(NAV).active


def test_it_lists_and_shows(terminal: Terminal) -> None:
    terminal.run("sp", "add", terminal.document("nav.xml"), "--approve")
    terminal.run("sp", "list")
    assert terminal.told == [f"{NAV}\tapproved\t{NAV}"]
    terminal.run("sp", "show", NAV)
    assert "  attributes: uid, SecurityLevel, Culture, AuthMethod" in terminal.told
    assert "  profile: V1" in terminal.told
    assert "  consumer: https://nav.example.no/acs (HTTP-POST)" in terminal.told
    terminal.run("sp", "history", NAV)
    assert "proposal by kari\tapproved 2026-11-23 10:14 by kari" in terminal.told[0]


def test_it_lists_snapshots_and_goes_back(terminal: Terminal) -> None:
    terminal.run("sp", "add", terminal.document("nav.xml"), "--approve")
    terminal.run("sp", "add", terminal.document("posten.xml", POSTEN), "--approve")
    terminal.run("snapshot", "rollback", "1")
    assert terminal.told == ["snapshot 1 is in force"]
    assert len(terminal.world.snapshots.current()) == 1
    terminal.run("snapshot", "list")
    assert [line[:2] for line in terminal.told] == [" 2", "*1"]
    terminal.run("snapshot", "show", "2")
    assert [line.split("\t")[0] for line in terminal.told] == [NAV, POSTEN]
    terminal.run("snapshot", "publish", "--note", "as it was")
    assert terminal.told == ["snapshot 3 is in force"]


def test_faults_that_are_not_a_files_go_to_the_caller(terminal: Terminal) -> None:
    with pytest.raises(RegistryError) as caught:
        terminal.run("sp", "show", NAV)
    assert caught.value.code == "sp-not-registered"


def test_the_document_is_kept_as_it_was_sent(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    terminal.run("sp", "add", file, "--approve")
    local = sqlite3.connect(terminal.world.directory / "1.sqlite")
    assert local.execute("SELECT metadata FROM sp").fetchone()[0] == file.read_bytes()


def test_everything_that_the_form_can_wish_can_be_wished_here(terminal: Terminal) -> None:
    file = terminal.document("nav.xml")
    status = terminal.run(
        "sp", "add", file, "--name", "nb=Etaten", "--name", "se=Etáhta",
        "--organisation", "889640782", "--contact", "technical=Drift <drift@nav.no>",
        "--contact", "support=hjelp@nav.no", "--basis", "epostadresse=lov § 2",
        "--logout", "soap", "--no-demand-signed",
    )  # fmt: skip
    assert status == 0, terminal.told
    policy = terminal.world.desk.show(NAV).proposed.policy
    assert policy.display_names == (("nb", "Etaten"), ("se", "Etáhta"))
    assert policy.organisation_number == "889640782" and policy.logout_wish == "soap"
    assert policy.contacts[0] == Contact("technical", "Drift", ("drift@nav.no",))
    assert policy.contacts[1].emails == ("hjelp@nav.no",)
    assert policy.bases == (("epostadresse", "lov § 2"),)
    terminal.run("sp", "show", NAV)
    assert "  told of logouts: soap" in terminal.told


def test_a_document_is_taken_in_from_its_address_and_refreshed_there(terminal: Terminal) -> None:
    url = "https://nav.example.no/md"
    terminal.web[url] = terminal.document("nav.xml")
    assert terminal.run("sp", "add", url, "--approve") == 0, terminal.told
    assert terminal.run("sp", "refresh") == 0 and terminal.told == [f"{NAV}: unchanged"]
    terminal.web[url] = terminal.document("new.xml", consumer="https://nav.example.no/new")
    assert terminal.run("sp", "refresh", NAV) == 0
    assert terminal.told == [f"{NAV}: changed; it waits for approval"]
    snapshot = terminal.world.snapshots.current()
    assert snapshot.find(NAV).description.consumers[0].url == "https://nav.example.no/acs"
    terminal.web.clear()
    assert terminal.run("sp", "refresh") == 1 and "(source-away)" in terminal.told[0]
    terminal.run("sp", "show", NAV)
    assert f"  metadata fetched from: {url}" in terminal.told


def test_a_pinned_certificate_counts_when_an_address_is_added(
    terminal: Terminal, tmp_path: Path
) -> None:
    url = "https://nav.example.no/md"
    terminal.web[url] = terminal.document("nav.xml")
    pin = tmp_path / "pin.pem"
    pin.write_text(a_certificate().pem)
    assert terminal.run("sp", "add", url, "--pin", pin) == 1
    assert terminal.told == [
        f"{url}: refused: The metadata is not signed, and a key is pinned. (source-signature)"
    ]
    file = terminal.document("nav.xml")
    assert terminal.run("sp", "add", file, "--source-url", url, "--pin", pin, "--approve") == 0
    assert terminal.run("sp", "add", url) == 1 and "(source-signature)" in terminal.told[0]
