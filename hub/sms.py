"""One-time codes by SMS: made, sent once while they live, and tried.

NIST 800-63B §5.1.3.2: six random digits, ten minutes, single use, bound to one
login.  The text has the code first, and ends with the line that lets phones
fill it in at our own address only.
"""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from hub import attempts
from hub.attempts import SMS_CODE, SMS_UNANSWERED
from hub.current import note, now, outside, settings
from hub.errors import HubError
from hub.seams import CodeVerdict, Limit

LIFE = timedelta(minutes=10)


def send_code(flow: str, purpose: str, person_id: str, mobile: str, text: str) -> None:
    """Send a code unless a live one is on its way; raises TooManyAttempts, OutsideFailed.

    A code that could not be sent is withdrawn, so that the next try sends one.
    """
    store, code = outside().store, f"{secrets.randbelow(10**6):06}"
    if not store.codes.issue(flow, purpose, person_id, code, now(), LIFE):
        return
    host = urlsplit(settings().base_url).hostname
    try:
        attempts.charge(store.attempts, now(), *unanswered(person_id, mobile))
        outside().sms.send(mobile, f"{code} {text}\n\n@{host} #{code}")
    except HubError:
        store.codes.withdraw(flow, purpose, person_id)
        raise
    note("SMS", f"a code for {purpose} was handed to the gateway")


def try_code(flow: str, purpose: str, person_id: str, mobile: str, code: str) -> CodeVerdict:
    """Whether this is the code; raises TooManyAttempts after many wrong ones."""
    store = outside().store
    charged = attempts.charge(store.attempts, now(), (SMS_CODE, person_id))
    verdict = store.codes.use(flow, purpose, person_id, code, now())
    note("SMS", f"the code for {purpose} was {verdict}")
    if verdict == CodeVerdict.RIGHT:
        charged.refund()
        for limit, subject in unanswered(person_id, mobile):
            store.attempts.refund(limit, subject, now())
    return verdict


def unanswered(person_id: str, mobile: str) -> tuple[tuple[Limit, str], ...]:
    return (SMS_UNANSWERED, person_id), (SMS_UNANSWERED, mobile)
