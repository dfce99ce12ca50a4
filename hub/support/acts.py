"""What the help desk does to an account: each act on record, and told to its owner.

Who may, and whether a second colleague is asked, is for the pages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub import accounts, audit
from hub.person import Person
from hub.pins import codes as pin_codes
from hub.seams.records import AuditEvent
from hub.seams.store import Store
from hub.sending import notices
from hub.sending.notices import Notice
from hub.settings import Settings
from hub.support import state
from hub.support.cases import Act, Reason, Wish

ENDS_SESSIONS = frozenset({Act.END_SESSIONS, Act.SECURE, Act.CLOSE})


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something to whom, and why."""

    store: Store
    settings: Settings
    person: Person
    by: str
    reason: Reason
    words: str
    request_id: str
    at: datetime
    wish: Wish | None = None  # a colleague's, where it takes two

    def on_record(self, event: str, **more: str) -> None:
        """Into the audit log, where the person's own page reads it as well."""
        details = {"by": self.by, "reason": self.reason.value, "words": self.words, **more}
        if self.wish is not None:
            details["wished_by"] = self.wish.wished_by
        self.store.ledger.append(
            AuditEvent(event, self.at, self.person.id, None, self.request_id, details)
        )

    def tell(self, notice: Notice) -> None:
        notices.put(self.store, self.settings, self.person.id, notice, self.at)


def do(act: Act, deed: Deed) -> bool | None:
    """Do it; False if a letter was wanted and the limits of letters stood in the way.

    A wish is used up with it: either both happen, or it waits on.  None: it waits no longer,
    or is this colleague's own.
    """

    def acts() -> bool | None:
        if deed.wish and not deed.store.cases.take(deed.wish.id, deed.by, deed.at):
            return None
        deed.on_record("support-acted", act=act.value)
        return ACTS[act](deed)

    return deed.store.together(acts)


def looked_up(deed: Deed) -> None:
    """On record before anything is shown."""

    def acts() -> None:
        deed.on_record("support-looked-up")
        if deed.person.is_registered:
            deed.tell(Notice.LOOKED_UP)

    deed.store.together(acts)


def block(deed: Deed) -> bool:
    pin_codes.block(deed.store, deed.settings, deed.person, deed.request_id, deed.at)
    return True


def order(deed: Deed) -> bool:
    return _order(deed, pin_codes.BY_HELP_DESK)


def order_beyond(deed: Deed) -> bool:
    return _order(deed, pin_codes.BY_HELP_DESK, beyond_limits=True)


def replace(deed: Deed) -> bool:
    block(deed)
    return order(deed)


def lost_mobile(deed: Deed) -> bool:
    """A letter whose codes will do without the code by SMS; the old mobile is told now."""
    return _order(deed, pin_codes.LOST_MOBILE, notice=Notice.RECOVERY_BY_LETTER)


def unlock(deed: Deed) -> bool:
    for limit, subject in state.watched(deed.store, deed.person):
        deed.store.attempts.forget(limit, subject)
    deed.tell(Notice.UNLOCKED)
    return True


def stop_waits(deed: Deed) -> bool:
    for what in deed.store.waits.cancel(deed.person.id):
        event = f"{what}-cancelled"
        told = audit.of_person(event, deed.person.id, deed.request_id, deed.at)
        deed.store.ledger.append(told)
    deed.tell(Notice.WAIT_STOPPED)
    return True


def end_sessions(deed: Deed) -> bool:
    deed.store.sessions.end_all(deed.person.id, deed.at)
    deed.tell(Notice.SESSIONS_ENDED)
    return True


def secure(deed: Deed) -> bool:
    """Somebody else may have been in: nothing that they know is to be of use."""
    store, person_id = deed.store, deed.person.id
    store.sessions.end_all(person_id, deed.at)
    store.waits.cancel(person_id)
    store.people.require_new_password(person_id, deed.at)
    if store.methods.remove_since(person_id, deed.person.registered_at or deed.at):
        told = audit.of_person("methods-removed", person_id, deed.request_id, deed.at)
        store.ledger.append(told)
    had_codes = store.sheets.block(person_id, deed.at) > 0
    deed.tell(Notice.NOT_ME)
    return _order(deed, pin_codes.NOT_ME) if had_codes else True


def close(deed: Deed) -> bool:
    told = {"by": deed.by}
    accounts.close(deed.store, deed.settings, deed.person, deed.request_id, deed.at, told)
    return True


def _order(
    deed: Deed,
    why: str,
    beyond_limits: bool = False,
    notice: Notice = Notice.PINS_ORDERED,
) -> bool:
    _made, is_new = deed.store.letters.order(deed.person.id, why, deed.at, beyond_limits)
    if is_new:
        told = audit.of_person("pins-ordered", deed.person.id, deed.request_id, deed.at)
        deed.store.ledger.append(told)
        if deed.person.is_registered:  # others have nowhere to be told but by the letter itself
            deed.tell(notice)
    return is_new


ACTS: Mapping[Act, Callable[[Deed], bool]] = {
    Act.REPLACE: replace,
    Act.BLOCK: block,
    Act.ORDER: order,
    Act.ORDER_BEYOND: order_beyond,
    Act.LOST_MOBILE: lost_mobile,
    Act.UNLOCK: unlock,
    Act.STOP_WAITS: stop_waits,
    Act.END_SESSIONS: end_sessions,
    Act.SECURE: secure,
    Act.CLOSE: close,
}
