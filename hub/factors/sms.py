"""One-time codes by SMS: made, sent once while they live, and tried.

NIST 800-63B §5.1.3.2: six random digits, ten minutes, single use, bound to one
login.  The text has the code first, and ends with the line that lets phones
fill it in at our own address only; it is one message, so a service's long name is cut.

The code and its message are one transaction.  This process delivers it at once;
what no gateway takes now is left to the worker while the code lives.
"""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from hub import attempts
from hub.attempts import SMS_CODE, SMS_UNANSWERED
from hub.current import note, now, outside, settings
from hub.errors import HubError, OutsideFailed
from hub.gateway import gsm
from hub.seams.logins import Limit
from hub.seams.outbox import Leased, MessageState, Outgoing
from hub.seams.people import CodeVerdict
from hub.sending.outbox import LEASE, Carriers, an_sms, deliver

LIFE = timedelta(minutes=10)
NEVER = (MessageState.REFUSED, MessageState.EXPIRED)


def send_code(flow: str, purpose: str, person_id: str, mobile: str, text: str) -> bool:
    """Send a code unless a live one is on its way; raises TooManyAttempts, OutsideFailed.

    False if no gateway took it and the worker will try again; a caller who has another
    way can then offer it.  A code that can never be sent is withdrawn, so that the next
    try makes one.
    """
    code, message = a_code(purpose, person_id, mobile, text)
    leased = issued(flow, purpose, person_id, code, message)
    if leased is None:
        return True
    try:
        attempts.charge(outside().store.attempts, now(), *unanswered(person_id, mobile))
    except HubError:
        outside().store.outbox.close(leased, MessageState.WITHDRAWN, "too-many-attempts", now())
        outside().store.codes.withdraw(flow, purpose, person_id)
        raise
    state = deliver(carriers(), leased)
    if state in NEVER:
        outside().store.codes.withdraw(flow, purpose, person_id)
        raise OutsideFailed("no gateway takes this message", permanent=True, code="sms-refused")
    note("SMS", f"a code for {purpose}: {state}")
    return state is not MessageState.WAITING


def leave_code(flow: str, purpose: str, person_id: str, mobile: str, text: str) -> None:
    """Let the worker send a code, unless one lives; raises TooManyAttempts.

    For pages that answer everyone alike: a message carried at once would show in the time.
    """
    attempts.charge(outside().store.attempts, now(), *unanswered(person_id, mobile))
    store, at = outside().store, now()
    code, message = a_code(purpose, person_id, mobile, text)

    def leave() -> None:
        if store.codes.issue(flow, purpose, person_id, code, at, LIFE):
            store.outbox.put([message], at)

    store.together(leave)
    note("SMS", f"a code for {purpose} is left to the worker")


def a_code(purpose: str, person_id: str, mobile: str, text: str) -> tuple[str, Outgoing]:
    """A new code, and the message that brings it."""
    code = f"{secrets.randbelow(10**6):06}"
    host = urlsplit(settings().base_url).hostname
    body = gsm.shortened(f"{code} ", text, f"\n\n@{host} #{code}")
    return code, an_sms(mobile, body, purpose, now() + LIFE, person_id, once=True)


def issued(
    flow: str, purpose: str, person_id: str, code: str, message: Outgoing
) -> Leased | None:
    """Keep the code's verifier and its message, both or none; None if one lives already."""
    store, at = outside().store, now()

    def issue() -> Leased | None:
        if not store.codes.issue(flow, purpose, person_id, code, at, LIFE):
            return None
        return store.outbox.put_leased(message, at, LEASE)

    return store.together(issue)


def carriers() -> Carriers:
    """Those of this request's process: it carries codes, and leaves mails to the worker."""
    world = outside()
    return Carriers(world.store.outbox, world.store.breakers, world.sms, None, world.clock)


def try_code(flow: str, purpose: str, person_id: str, mobile: str, code: str) -> CodeVerdict:
    """Whether this is the code; raises TooManyAttempts after many wrong ones."""
    store = outside().store
    charged = attempts.charge(store.attempts, now(), (SMS_CODE, person_id))
    verdict = store.codes.use(flow, purpose, person_id, code, now())
    note("SMS", f"the code for {purpose} was {verdict}")
    if verdict != CodeVerdict.RIGHT:
        outside().counters.count("login-failures", "sms")
    if verdict == CodeVerdict.RIGHT:
        charged.refund()
        for limit, subject in unanswered(person_id, mobile):
            store.attempts.refund(limit, subject, now())
    return verdict


def unanswered(person_id: str, mobile: str) -> tuple[tuple[Limit, str], ...]:
    return (SMS_UNANSWERED, person_id), (SMS_UNANSWERED, mobile)
