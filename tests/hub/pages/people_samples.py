"""The registry's pages about people, with sample values."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sp_registry.invitations import Invitation
from sp_registry.pages.history import KINDS, rest_of
from sp_registry.remarks import TIME_OVER
from sp_registry.seams import Deed
from sp_registry.staff import Colleague, Grant, Role

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
NAV, AUKRA = "889640782", "974760673"
LINK = "https://minid.example/registry/invitation/Xn5zQ1y9bX0eZ8tqvO3mD2r7cKfW6uJhT4gLsPaEiYB"
ADMINISTRATOR = Colleague("p1", "Kari Nordmann", frozenset({Role.ADMINISTRATOR}), ())
CONTACT = Colleague("p2", "Ola", frozenset({Role.CONTACT}), (NAV, AUKRA))
INVITATION = Invitation(
    4, None, "Nils Hansen", Role.CONTACT, AUKRA, "staff:p1", NOW, NOW + timedelta(days=7)
)
FRAME = {
    "colleague": ADMINISTRATOR,
    "names": {"staff:p1": "Kari Nordmann", "shell:kari": "Kari Nordmann (shell:kari)"},
    "organisation_names": {NAV: "NAV", AUKRA: "Aukra kommune"},
}
GRANTS = (
    Grant("p1", "Kari Nordmann", Role.ADMINISTRATOR, None, "shell:root", NOW, NOW),
    Grant("p2", "Ola", Role.CONTACT, NAV, "staff:p1", NOW),
    Grant("p3", "Revisjonen", Role.AUDITOR, None, "shell:kari", NOW),
)

INVITED = {"role": "agency-contact", "organisation": NAV}

Context = Callable[[], Mapping[str, object]]


def an_invite(**changes: object) -> Mapping[str, object]:
    draft = {"name": "", "role": Role.CONTACT, "organisation": "", "organisation_name": "",
             "email": ""}  # fmt: skip
    return {**FRAME, "draft": draft, "faults": (), "roles": tuple(Role), **changes}


def a_history(**changes: object) -> Mapping[str, object]:
    filters = {"sp": "", "by": "", "kind": "", "since": "2026-03-01", "until": ""}
    entity_id = "https://nav.example.no/saml"
    deeds = (
        Deed("sp-approved", NOW, "staff:p1", entity_id, {"version": "5a" * 32}),
        Deed("sp-suspended", NOW, "shell:kari", "https://gone.example.no", {"note": ""}),
        Deed("staff-invited", NOW, "staff:p1", None, INVITED),
        Deed("sp-rollout-back", NOW, "the hub", entity_id, {"reason": TIME_OVER, "rollout": "3"}),
        Deed("key-pinned", NOW, "shell:root", entity_id, {"switch_at": NOW.isoformat()}),
        Deed("support-acted", NOW, "staff:p1", None, {"reason": "misused", "act": "close"}),
        Deed("something-new", NOW, "shell:root", None, {"number": "12"}),
    )
    return {
        **FRAME,
        "deeds": deeds,
        "count": 104,
        "page": 2,
        "pages": 3,
        "filters": filters,
        "kinds": tuple(KINDS),
        "addresses": {entity_id: "0123456789abcdef"},
        "rest": rest_of,
        **changes,
    }


PEOPLE_PAGES: Mapping[str, tuple[str, Context]] = {
    "registry-people": (
        "registry/people.html",
        lambda: {**FRAME, "grants": GRANTS, "invitations": (INVITATION,), "fault": None},
    ),
    "registry-people-of-a-weak-hub": (
        "registry/people.html",
        lambda: {
            **FRAME,
            "single_approver": True,
            "grants": GRANTS[:1],
            "invitations": (),
            "fault": "last-administrator",
        },
    ),
    "registry-invite": ("registry/invite.html", an_invite),
    "registry-invite-errors": (
        "registry/invite.html",
        lambda: an_invite(faults=("name", "organisation", "organisation_name", "national_id")),
    ),
    "registry-invite-colleague": (
        "registry/invite.html",
        lambda: an_invite(colleague=CONTACT, roles=(Role.CONTACT,)),
    ),
    "registry-invited": (
        "registry/invited.html",
        lambda: {
            **FRAME,
            "invitation": INVITATION,
            "link": LINK,
            "email": "nils@example.no",
            "wrote": True,
        },
    ),
    "registry-invitation": (
        "registry/invitation.html",
        lambda: {**FRAME, "invitation": INVITATION, "own": False},
    ),
    "registry-history": ("registry/history.html", a_history),
    "registry-history-empty": (
        "registry/history.html",
        lambda: a_history(deeds=(), count=0, page=1, pages=1),
    ),
    "registry-invitation-over": (
        "registry/invitation.html",
        lambda: {**FRAME, "invitation": None, "own": False},
    ),
}
