"""What a person is asked between a login and its answer, one page at a time.

Contact data that nobody has looked at for 90 days, and a new sheet where few codes are left.
Single sign-on and IsPassive show no page, so they ask nothing; nor does a login that one of
our own pages asked for.  Nothing here stands in the way of an answer for good.
"""

import dataclasses
from datetime import datetime, timedelta

from hub import attempts
from hub.current import now, outside
from hub.errors import TooManyAttempts
from hub.flow import Awaiting, LoginFlow
from hub.login_session import ProofKind
from hub.person import Person
from hub.pins import codes as pin_codes
from hub.seams.logins import Limit

CONTACT_GOOD_FOR = timedelta(days=90)
# How often in a month the question may be put off.
CONTACT_ASKED = Limit(
    "contact-asked", free=3, longest=timedelta(days=30), window=timedelta(days=30), most=3
)


def first_question(flow: LoginFlow, person: Person) -> tuple[LoginFlow, Awaiting]:
    """The flow of somebody who has just logged in, and where it goes on."""
    if flow.then is not None:
        return flow, Awaiting.ANSWER
    if not is_contact_old(person, now()):
        return flow, after_contact(flow)
    return dataclasses.replace(flow, may_skip=may_put_off(person)), Awaiting.CONTACT


def after_contact(flow: LoginFlow) -> Awaiting:
    """On to the answer, past the offer of a new sheet if codes were used and few are left."""
    by_letter = any(proof.kind == ProofKind.LETTER_PIN for proof in flow.proofs)
    if not by_letter or flow.person_id is None:
        return Awaiting.ANSWER
    is_offered = pin_codes.is_new_sheet_due(outside().store, flow.person_id, now())
    return Awaiting.NEW_SHEET if is_offered else Awaiting.ANSWER


def is_contact_old(person: Person, at: datetime) -> bool:
    """Whether there is contact data that was not confirmed lately.  No data, no question."""
    if person.mobile is None and person.email is None:
        return False
    confirmed_at = person.contact_confirmed_at
    return confirmed_at is None or confirmed_at + CONTACT_GOOD_FOR <= at


def may_put_off(person: Person) -> bool:
    try:
        attempts.charge(outside().store.attempts, now(), (CONTACT_ASKED, person.id))
    except TooManyAttempts:
        return False
    return True
