"""The registry's list and its publications, with sample values."""

from collections.abc import Callable, Mapping

from sp_registry.difference import difference
from sp_registry.impact import Weakness
from sp_registry.manifest import Manifest
from sp_registry.pages.listing import Listed, State
from sp_registry.staff import Colleague, Role
from tests.builders import HUB, SP
from tests.hub.pages.registry_samples import (
    APPROVED,
    EARLIER,
    FIRST,
    KARI,
    LANGUAGES,
    NAMES,
    NOW,
    PROPOSAL,
    PROPOSED,
)

FRAME = {"colleague": KARI, "names": NAMES, "languages": LANGUAGES}
NINA = Colleague("nina", "Nina Nykomar", frozenset({Role.CONTACT}), ("974760673",))

MANIFESTS = (
    Manifest(2, 1, ("a1" * 32, "b2" * 32), "staff:kari", NOW, f"approved {SP}"),
    Manifest(1, 0, ("a1" * 32,), "shell:root", EARLIER, "Den første"),
)

Context = Callable[[], Mapping[str, object]]


def a_list() -> Mapping[str, object]:
    rows = (Listed(APPROVED, PROPOSAL, True), Listed(PROPOSED, FIRST, False))
    pages = {"count": 104, "page": 2, "pages": 3}
    narrowed = {
        "weakness": None, "weaknesses": tuple(Weakness), "organisation": "974760673",
        "to_decide": 3,
        "organisation_names": {"974760673": "Lånekassen"}, "expiring": True, "late": {SP},
    }  # fmt: skip
    return {
        **FRAME, **pages, **narrowed, "rows": rows, "text": "", "state": None,
        "states": tuple(State),
    }  # fmt: skip


def a_list_of_a_team() -> Mapping[str, object]:
    """With something sent back, and something that an administrator has."""
    waits = {"to_decide": 0, "to_wait_for": 1, "sent_back": 2, "is_empty": False}
    return {**a_list(), **waits, "colleague": NINA}


def an_empty_list() -> Mapping[str, object]:
    nothing = {"to_decide": 0, "to_wait_for": 0, "sent_back": 0}
    new = {"is_empty": True, "is_new": True, "hub_metadata": f"{HUB}/saml/metadata"}
    return {
        **a_list(), **nothing, **new, "colleague": NINA, "rows": (),
        "count": 0, "page": 1, "pages": 1,
    }  # fmt: skip


def publications() -> Mapping[str, object]:
    return {**FRAME, "snapshots": MANIFESTS, "in_force": 2}


def a_publication() -> Mapping[str, object]:
    shifts = {APPROVED.entity_id: difference(PROPOSED, APPROVED)}
    return {
        **FRAME,
        "number": 1,
        "in_force": 2,
        "contents": (APPROVED,),
        "shifts": shifts,
        "gone": (PROPOSED,),
        "wished_by": "staff:ola",
        "fault": None,
    }


PUBLISHED: Mapping[str, tuple[str, Context]] = {
    "registry-list": ("registry/list.html", a_list),
    "registry-list-of-a-team": ("registry/list.html", a_list_of_a_team),
    "registry-list-empty": ("registry/list.html", an_empty_list),
    "registry-no-access": ("registry/no_access.html", dict),
    "registry-snapshots": ("registry/snapshots.html", publications),
    "registry-snapshot": ("registry/snapshot.html", a_publication),
}
