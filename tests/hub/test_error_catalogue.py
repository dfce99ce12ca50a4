"""The catalogue of errors: complete, without dead entries, and each of them brought out."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from hub.error_catalogue import CATALOGUE
from hub.error_pages import PAGES
from hub.saml_statuses import SAML_STATUS
from metadata import names
from metadata.safe_xml import text_of
from tests.hub.error_codes import raised_codes
from tests.hub.error_triggers import DEEDS
from tests.hub.world import Page, World

VECTORS = Path(__file__).parent.parent / "vectors"
RAISED = raised_codes()

# What the pages say on their own, and nothing raises: the one public code, and HTTP's.
SAID_BY_PAGES = {"request-refused", "not-found", "method-not-allowed", "body-too-large"}

# Modules whose errors end in a shell, at the start, or in the worker's outbox.
FAR_FROM_BROWSERS = (
    "certs.",
    "hub.audit_commands",
    "hub.development.dev_pages",
    "hub.gateway.",
    "hub.keys.commands",
    "hub.letters.",
    "hub.person_commands",
    "hub.outside.",
    "hub.registers.",
    "hub.registry.hook_delivery",
    "hub.registry.staff_commands",
    "hub.store.audit_chain",
    "hub.store.engine",
    "metadata.aggregate_signature",
    "metadata.aggregate_stream",
    "metadata.parse",
    "sp_registry.aggregate_commands",
    "sp_registry.changes",
    "sp_registry.folder",
    "sp_registry.hooks",
    "sp_registry.invitations",
    "sp_registry.logos",
    "sp_registry.materialise",
    "sp_registry.onboarding",
    "sp_registry.organisations",
    "sp_registry.pages.draft",
    "sp_registry.publishing",
    "sp_registry.refreshing",
    "sp_registry.importing",
    "sp_registry.review_commands",
    "sp_registry.rollout_commands",
    "sp_registry.rollouts",
    "sp_registry.source",
    "sp_registry.staff",
    "sp_registry.toml_policy",
    "sp_registry.transfer",
    "sp_registry.wishes",
)

# Our own faults that say no more of themselves than `internal`, and why they are ours.
TOLD_AS_INTERNAL = {
    "key-missing": "no key of this machine can sign; not ready, so no new browser comes",
    "key-ring-unusable": "the pepper of an old sheet is no longer on the ring",
    "person-unknown": "a flow names a person who is no longer there",
    "seal-broken": "a sealed value was changed in the database",
    "snapshot-unknown": "a flow began under a snapshot that is gone",
    "xml-character": "we were about to write what no XML can hold",
}

# Told of services that we ask by the back channel, in the trace of the logout alone.
TOLD_IN_THE_TRACE = {"soap-silent", "soap-unreachable"}


def expected_of(folder: str) -> Iterator[str]:
    listed = json.loads((VECTORS / folder / "expected.json").read_text(encoding="utf-8"))
    return (one["expected"] for one in listed.values())


ON_DISK = {*expected_of("requests"), *expected_of("signature")}  # see test_request_vectors


def meets_browsers(code: str) -> bool:
    return any(not module.startswith(FAR_FROM_BROWSERS) for module in RAISED[code])


def test_each_code_that_a_browser_can_meet_is_in_the_catalogue() -> None:
    met = {code for code in RAISED if meets_browsers(code)} - set(TOLD_AS_INTERNAL)
    assert met - set(CATALOGUE) == set()


def test_the_catalogue_has_no_entry_that_nothing_raises() -> None:
    assert set(CATALOGUE) - set(RAISED) == SAID_BY_PAGES


def test_the_tables_of_pages_and_statuses_have_no_dead_entry_either() -> None:
    assert (set(PAGES) | set(SAML_STATUS)) - set(CATALOGUE) == set()


def test_what_is_told_as_internal_is_still_raised() -> None:
    assert set(TOLD_AS_INTERNAL) - set(RAISED) == set()
    assert set(TOLD_AS_INTERNAL) & set(CATALOGUE) == set()


def test_each_entry_is_brought_out_by_a_message_on_disk_or_a_deed() -> None:
    assert set(CATALOGUE) - ON_DISK - set(DEEDS) - TOLD_IN_THE_TRACE == {"request-refused"}


@pytest.mark.parametrize("code", DEEDS)
def test_each_deed_brings_out_its_exact_code_and_shows_the_public_one(
    world: World, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "minid"):
        page = DEEDS[code](world)
    assert code in codes_told(world, page, caplog)
    require_public_code(page, code)


def require_public_code(page: Page, code: str) -> None:
    """The page says no more than everybody may know."""
    if code in SAML_STATUS:
        wanted = (SAML_STATUS[code].top, SAML_STATUS[code].second or "")
        assert page.statuses == [one.rpartition(":")[2] for one in wanted]
    elif page.response.content_type.startswith("text/xml"):
        assert (page.status, code in page.text) == (500, False)
    elif code == "too-many-attempts":
        assert (page.status, page.code) == (429, "")
    elif code in PAGES:
        assert (page.status, page.code) == (PAGES[code].http, code)
    else:
        assert (page.status, page.code) == (400, "request-refused")
        assert code not in page.text


def codes_told(world: World, page: Page, caplog: pytest.LogCaptureFixture) -> set[str]:
    """The codes of this request in the log, in its trace, and on its page."""
    ours = [each for each in caplog.records if each.name == "minid" and each.args]
    logged = {str(each.args[1]) for each in ours if len(each.args) > 2}  # type: ignore[index]
    story = world.story(page.request_id)
    refused = {line.split(": ")[1] for line in story if line.startswith("refused: ")}
    told = {*logged, *refused}
    if "html" in page.response.content_type:
        told.add(page.code)
    if page.is_answer:
        told |= {text_of(one).rpartition(" (")[2].rstrip(")") for one in status_messages(page)}
    return told


def status_messages(page: Page) -> Iterator[etree._Element]:
    return page.answer().iter(f"{{{names.SAMLP}}}StatusMessage")


def test_each_entry_has_its_page(world: World) -> None:
    for code, entry in CATALOGUE.items():
        page = world.browser().open(f"/errors/{code}")
        assert page.status == 200 and code in page.text
        assert entry.whose in ("agency", "citizen", "hub", "outside")


def test_the_list_leads_to_every_entry(world: World) -> None:
    links = world.browser().open("/errors").dom.xpath("//main//a/@href")
    assert {f"/errors/{code}" for code in CATALOGUE} <= set(links)


def test_a_code_that_is_none_has_no_page(world: World) -> None:
    assert world.browser().open("/errors/made-up").code == "not-found"
