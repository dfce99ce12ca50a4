"""The pages of the help desk and of operations, with sample values."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace

from werkzeug.datastructures import MultiDict

from hub.logout.plan import Verdict
from hub.operations.page import channels, letters
from hub.operations.upkeep import Round, Sealing
from hub.seams.letters import LetterOrder, LetterState
from hub.seams.outbox import Failing, MessageKind, MessageState, Queue, Sent
from hub.seams.people import HeldSheet, Wait, Waiting
from hub.seams.records import AuditEvent, Told
from hub.support.cases import Act, Case, Reason, Wish
from hub.support.explain import Step, cause_of
from hub.support.forms import REASONS, LookUpForm, TraceForm, WordsForm
from hub.support.state import Account, Lock, State

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
CASE = Case("h4Ndl3", "staff", "person", Reason.LOST_CODES, "mista arket på toget", NOW)
WISH = Wish("w1", Act.CLOSE, "person", Reason.MISUSED, "meiner at broren loggar inn", "ola", NOW)
HELPED = [
    AuditEvent("support-looked-up", NOW, details={"by": "ola", "reason": "lost-codes",
                                                  "words": "mista arket på toget"}),
    AuditEvent("support-acted", NOW, details={"by": "ola", "reason": "lost-codes",
                                              "words": "mista arket", "act": "replace"}),
]
STATE = State(
    Account.REGISTERED, "030383 *****", True, False, "67", True, True, 2,
    sheets=[HeldSheet("4K", NOW, 3, is_in_use=True)],
    letters=[LetterOrder("l1", "person", "own-wish", LetterState.POSTED, NOW, NOW)],
    stands=None,
    locks=[Lock("password", 5, NOW), Lock("sms-unanswered", 2, None)],
    waits=[Wait("person", Waiting.RECOVERY, NOW)],
    logins=[AuditEvent("logged-in", NOW, details={"method": "Minid-OTC"})],
    messages=[Sent(MessageKind.SMS, "login", MessageState.UNDELIVERED, NOW, NOW, "no-gateway")],
    sessions=1,
    help=HELPED,
)
STORY = [
    Step("Meldinga frå tenesta vart godteken.", Told("accepted", "_a1 of https://x.example", NOW)),
    Step("Avvist.", Told("refused", "no-codes-left: no valid sheet with an unused code", NOW)),
]
AT_THE_DESK = {
    "colleague": SimpleNamespace(name="Ola Støttespelar", helps=True),
    "reasons": REASONS,
    "case": CASE,
    "names": {"ola": "Ola Støttespelar"},
    "trace_form": TraceForm(),
    "name_of": str,
}

Context = Callable[[], Mapping[str, object]]


def refused_look_up() -> LookUpForm:
    form = LookUpForm(MultiDict({"words": "kode 123456"}))
    form.validate()
    return form


FAILING = [
    Failing(MessageKind.SMS, "sms-gateway-away", 7, NOW, NOW),
    Failing(MessageKind.SMS, "sms-gateway-busy", 2, NOW, NOW),
    Failing(MessageKind.HOOK, "hook-refused", 1, NOW, NOW),
]


def at_work(**changes: object) -> Mapping[str, object]:
    sealed = Sealing(4711, NOW, NOW, 1200)
    known = {
        "colleague": SimpleNamespace(name="Kari Forvaltar", sees_all=True),
        "channels": channels(
            [Queue(MessageKind.SMS, MessageState.WAITING, 12, NOW)], FAILING
        ),
        "failing": FAILING,
        "may_hurry": True,
        "hurried": None,
        "letters": letters({LetterState.ORDERED: 3, LetterState.POSTED: 1200}),
        "breakers": {"first": NOW, "second": None},
        "rounds": [
            (Round("hub1", "outbox", NOW, None), False),
            (Round("hub1", "sweep", NOW, None), True),
            (Round("hub1", "letters", NOW, "register-missing"), False),
        ],
        "sealing": sealed,
        "snapshot": 12,
        "at": NOW,
    }
    return {**known, **changes}


SUPPORT_PAGES: Mapping[str, tuple[str, Context]] = {
    "support": (
        "support/front.html",
        lambda: {**AT_THE_DESK, "form": LookUpForm(), "wishes": [WISH]},
    ),
    "support-errors": (
        "support/front.html",
        lambda: {**AT_THE_DESK, "form": refused_look_up(), "wishes": []},
    ),
    "support-case": (
        "support/case.html",
        lambda: {**AT_THE_DESK, "state": STATE, "usual": (Act.REPLACE, Act.ORDER),
                 "others": (Act.BLOCK, Act.UNLOCK, Act.CLOSE), "done": "end-sessions",
                 "services_told": [("Skatteetaten", Verdict.OUT), ("Lånekassen", Verdict.NOT_YET)]},
    ),
    "support-act": (
        "support/act.html",
        lambda: {**AT_THE_DESK, "state": STATE, "act": Act.SECURE, "form": WordsForm()},
    ),
    "support-wish": (
        "support/wish.html",
        lambda: {**AT_THE_DESK, "state": STATE, "wish": WISH, "is_own": False,
                 "is_about_oneself": False},
    ),
    "support-explain": (
        "support/explain.html",
        lambda: {**AT_THE_DESK, "reference": "5f21c998812a", "steps": STORY,
                 "cause": cause_of([step.told for step in STORY])},
    ),
    "support-case-over": ("support/case_over.html", lambda: AT_THE_DESK),
    "operations": ("registry/operations.html", at_work),
    "operations-idle": (
        "registry/operations.html",
        lambda: at_work(
            rounds=[], breakers={}, failing=[], hurried=2, sealing=Sealing(0, None, None, 0)
        ),
    ),
    "support-no-access": ("support/no_access.html", dict),
}
