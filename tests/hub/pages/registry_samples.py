"""Sample values for the registry's pages of one service provider."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from metadata import names
from metadata.description import Endpoint
from sp_registry.changes import Change, ChangeKind, Entry
from sp_registry.comments import Comment
from sp_registry.difference import difference
from sp_registry.environment import Environment
from sp_registry.impact import impacts, percent
from sp_registry.past import InForce, Past
from sp_registry.publishing import Term
from sp_registry.remarks import FAILED
from sp_registry.rollouts import Kind, Outcome, Plan, Rollout
from sp_registry.staff import Colleague, Role
from sp_registry.traffic import Cause, Replay, Signatures, Tallies, Tally, Why
from tests.builders import HUB, REGISTERED, SP, STRANGER, a_policy, a_service_provider

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(days=40)
KARI = Colleague("kari", "Kari Nordmann", frozenset({Role.ADMINISTRATOR}), ())
NAMES = {"staff:kari": "Kari Nordmann", "staff:ola": "Ola Nordmann"}
AGENCIES = {"974760673": "Lånekassen"}
LANGUAGES = ("nn", "nb", "no", "en")
VERSION, OLDER = "a1" * 32, "b2" * 32

APPROVED = a_service_provider(policy=a_policy(organisation_number="974760673"))
PROPOSED = replace(
    APPROVED,
    description=replace(
        APPROVED.description,
        consumers=(Endpoint(names.HTTP_POST, f"{SP}/saml/new/assertion/consumer", 0, True),),
        signing_certificates=(STRANGER.certificate,),
    ),
    policy=replace(APPROVED.policy, attributes=("uid", "epostadresse"), encrypt=False),
)
PROPOSAL = Change(2, SP, VERSION, ChangeKind.PROPOSAL, "staff:ola", NOW)
FIRST = Change(1, SP, OLDER, ChangeKind.PROPOSAL, "staff:ola", EARLIER, "staff:kari", EARLIER)
ENTRY = Entry(PROPOSAL, PROPOSED, APPROVED)
REPLAY = Replay(
    415,
    (Cause(Why.CONSUMER_INDEX, "1", 3), Cause(Why.KEY, REGISTERED.certificate.fingerprint, 1)),
    refused_already=4,
    mended=2,
    since=EARLIER,
)
REASON = FAILED.format(12, 40, "refused 12", 1, 360)
ROLLOUT = Rollout(
    1, SP, 2, VERSION, Plan(Kind.SHARE, NOW + timedelta(days=1), 10), "staff:kari", EARLIER
)
COMMENTS = (
    Comment(2, "staff:kari", NOW, "Kvifor blir den gamle adressa fjerna?"),
    Comment(2, "staff:ola", NOW, "Ho er ikkje i bruk meir."),
)


def provider() -> Mapping[str, object]:
    return {
        "colleague": KARI,
        "entry": ENTRY,
        "sp": APPROVED,
        "shifts": difference(APPROVED, PROPOSED),
        "signatures": {REGISTERED.certificate.fingerprint: Signatures(1204, NOW)},
        "replay": REPLAY,
        "rollout": None,
        "tallies": None,
        "rolled": (
            replace(ROLLOUT, ended_at=NOW, outcome=Outcome.BACK, reason=REASON),
        ),
        "comments": COMMENTS,
        "history": (PROPOSAL, FIRST),
        "names": NAMES,
        "fault": None,
        "wrong": "reason",
        "typed": {},
        "environment": APPROVED.policy.environment,
        "own": False,
        "is_stale": True,
        "is_again": False,
        "to_decide": 2,
        "other": None,
        "hub_metadata": f"{HUB}/saml/metadata/sp/0123456789abcdef",
        "now": NOW,
        "languages": LANGUAGES,
        "certificates": lambda sp: [("signing", one) for one in sp.signing_certificates],
    }


def sent_back() -> Mapping[str, object]:
    """A first proposal that was rejected, as the team sees it."""
    rejected = replace(
        PROPOSAL, rejected_by="staff:kari", rejected_at=NOW, reason="Adressa er feil."
    )
    nina = Colleague("nina", "Nina Nykomar", frozenset({Role.CONTACT}), ("974760673",))
    entry = Entry(rejected, PROPOSED, None)
    return {**provider(), "colleague": nina, "entry": entry, "sp": PROPOSED, "wrong": ""}


def waiting_in_test() -> Mapping[str, object]:
    """A new service for test, as it stands before an administrator who logged in anew."""
    entry = Entry(PROPOSAL, replace(PROPOSED, policy=replace(
        PROPOSED.policy, environment=Environment.TEST, logo="0" * 64,
    )), None)  # fmt: skip
    now = {"is_stale": False, "is_again": True, "wrong": "", "replay": None, "rolled": ()}
    told = {"entry": entry, "sp": entry.proposed, "shifts": difference(None, entry.proposed)}
    return {**provider(), **now, **told, "other": "0123456789abcdef"}


def in_force() -> Mapping[str, object]:
    """Approved, as the administrator sees it who has more to decide."""
    approved = replace(PROPOSAL, approved_by="staff:kari", approved_at=NOW)
    now = {"is_stale": False, "wrong": "", "replay": None, "shifts": ()}
    return {**provider(), **now, "entry": Entry(approved, APPROVED, APPROVED)}


def rollout() -> Mapping[str, object]:
    """While a version is staged, and a form about it was refused."""
    tallies = Tallies(Tally(40, (("asked again", 1), ("refused", 1))), Tally(360))
    going_on = {"rollout": ROLLOUT, "tallies": tallies, "rolled": (), "wrong": "rollout"}
    newer = replace(PROPOSAL, version="c3" * 32)
    return {**provider(), **going_on, "entry": replace(ENTRY, newest=newer)}


def version() -> Mapping[str, object]:
    return {
        "colleague": KARI,
        "entry": ENTRY,
        "sp": APPROVED,
        "version": OLDER,
        "there": PROPOSED,
        "shifts": difference(APPROVED, PROPOSED),
        "change": FIRST,
        "names": NAMES,
        "languages": LANGUAGES,
    }


def xml() -> Mapping[str, object]:
    lines = (
        "--- in force",
        "+++ this version",
        "@@ -1,4 +1,4 @@",
        ' <md:EntityDescriptor entityID="https://sp.example.no">',
        f'-  <md:AssertionConsumerService Location="{SP}/acs" index="0"/>',
        f'+  <md:AssertionConsumerService Location="{SP}/saml/new/assertion/consumer" index="0"/>',
        " </md:EntityDescriptor>",
    )
    return {
        "colleague": KARI, "sp": APPROVED, "version": VERSION, "lines": lines,
        "languages": LANGUAGES,
    }  # fmt: skip


def past() -> Mapping[str, object]:
    return {
        "colleague": KARI,
        "sp": None,
        "asked": "2026-03-01 10.14",
        "at": NOW,
        "found": Past(NOW, Term(7, EARLIER, "staff:ola"), (InForce(APPROVED, OLDER, FIRST),)),
        "is_before_all": False,
        "wrong": "at",
        "names": NAMES,
        "languages": LANGUAGES,
    }


def impact() -> Mapping[str, object]:
    unsigned = replace(APPROVED.description, authn_requests_signed=False)
    weak = replace(APPROVED, description=unsigned)
    return {
        "colleague": KARI,
        "impacts": impacts((weak,), {SP: 18, "https://else.example.no": 982}, NOW),
        "days": 30,
        "percent": percent,
        "languages": LANGUAGES,
    }
