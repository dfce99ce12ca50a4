"""What leaves the hub: messages made into rows of the outbox, and rows carried out.

A row is put in the transaction of what it belongs to (`Store.together`).  The process
that put it may deliver it at once; else `minid worker` does.  Nothing that was put is
lost, and nothing goes twice but to the same gateway under the same reference; a code
that may have left is never sent again.

Which text a message has is not decided here.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.seams.outbox import Breakers, Leased, MessageKind, MessageState, Outbox, Outgoing
from hub.seams.outside import Clock, Mail, MailSender, Sms, SmsSender

LEASE = timedelta(seconds=60)  # longer than all gateways together may take
BATCH = 8  # messages that one worker carries at the same time
MAIL_SERVER = "smtp"  # its name among the gateways
# Waits between tries; the last one goes on until the message is worth nothing.
WAITS = tuple(timedelta(seconds=each) for each in (5, 15, 60, 300, 900, 3600))


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who carries what.  Letters' notices are carried by those who print letters, and
    messages to webhooks by `hook_delivery`."""

    outbox: Outbox
    breakers: Breakers
    sms: SmsSender
    mail: MailSender | None  # None: mails wait until there is a server
    clock: Clock

    @property
    def kinds(self) -> tuple[MessageKind, ...]:
        return (MessageKind.SMS, MessageKind.MAIL) if self.mail else (MessageKind.SMS,)


def an_sms(
    to: str,
    text: str,
    purpose: str,
    expires_at: datetime,
    person_id: str | None = None,
    once: bool = False,
) -> Outgoing:
    """A message to a telephone; `once` for codes, which must never come twice."""
    return _outgoing(
        MessageKind.SMS, {"to": to, "text": text}, purpose, expires_at, person_id, once
    )


def a_mail(
    to: str,
    subject: str,
    text: str,
    purpose: str,
    expires_at: datetime,
    person_id: str | None = None,
) -> Outgoing:
    payload = {"to": to, "subject": subject, "text": text}
    return _outgoing(MessageKind.MAIL, payload, purpose, expires_at, person_id, once=False)


def a_letter_notice(
    person_id: str, subject: str, text: str, language: str, purpose: str, expires_at: datetime
) -> Outgoing:
    """A notice on paper; the address is found when it is printed, and kept nowhere."""
    payload = {"subject": subject, "text": text, "language": language}
    return _outgoing(
        MessageKind.LETTER_NOTICE, payload, purpose, expires_at, person_id, once=False
    )


def a_hook_call(hook_id: str, event: Mapping[str, object], expires_at: datetime) -> Outgoing:
    """A message for a program; carried by `hook_delivery`."""
    payload = {"hook": hook_id, "event": json.dumps(event, ensure_ascii=False)}
    return _outgoing(MessageKind.HOOK, payload, "registry-care", expires_at, None, once=False)


def payload_of(message: Outgoing) -> Mapping[str, str]:
    """What was put in: `to` and `text`; `subject`, `text`, `language` and such."""
    read: dict[str, str] = json.loads(message.payload)
    return read


def deliver_due(carriers: Carriers) -> int:
    """Carry what is due, one batch, and close what is too late; how many were tried."""
    carriers.outbox.settle(carriers.clock.now())
    leased = carriers.outbox.claim(carriers.kinds, BATCH, carriers.clock.now(), LEASE)
    with ThreadPoolExecutor(max_workers=BATCH) as pool:
        return len(list(pool.map(partial(deliver, carriers), leased)))


def deliver(carriers: Carriers, leased: Leased) -> MessageState:
    """Carry one message; its state afterwards.  WAITING: it is tried again later."""
    gateways = tuple(_gateways(carriers, leased))
    reason = "no-gateway"
    for gateway in gateways:
        if not carriers.breakers.may_try(gateway, carriers.clock.now()):
            reason = "breaker-open"
            continue
        if not carriers.outbox.begin(leased, gateway, carriers.clock.now()):
            return MessageState.EXPIRED  # too late, or somebody else's by now
        try:
            gateway_id = _send(carriers, leased, gateway)
        except OutcomeUnknown as fault:
            carriers.breakers.failed(gateway, carriers.clock.now())
            return _uncertain(carriers, leased, gateway, fault.code)
        except OutsideFailed as fault:
            if fault.permanent:
                return _closed(carriers, leased, MessageState.REFUSED, fault.code)
            carriers.breakers.failed(gateway, carriers.clock.now())
            reason = fault.code
            continue
        carriers.outbox.sent(leased, gateway_id, carriers.clock.now())
        carriers.breakers.worked(gateway)
        return MessageState.SENT
    if not gateways:
        return _closed(carriers, leased, MessageState.REFUSED, reason)
    return _later(carriers, leased, reason, stays=leased.gateway)


def _gateways(carriers: Carriers, leased: Leased) -> Iterator[str]:
    if leased.message.kind is MessageKind.MAIL:
        yield MAIL_SERVER
    elif leased.gateway is not None:  # may have it: another one would send it twice
        yield leased.gateway
    else:
        yield from carriers.sms.gateways


def _send(carriers: Carriers, leased: Leased, gateway: str) -> str:
    message = leased.message
    payload = payload_of(message)
    if message.kind is MessageKind.SMS:
        return carriers.sms.send(Sms(payload["to"], payload["text"], message.id), gateway)
    if carriers.mail is None:
        raise OutsideFailed("no mail server is set up")
    carriers.mail.send(Mail(payload["to"], payload["subject"], payload["text"], message.id))
    return ""


def _uncertain(carriers: Carriers, leased: Leased, gateway: str, reason: str) -> MessageState:
    if leased.message.once:
        return _closed(carriers, leased, MessageState.UNCERTAIN, reason)
    return _later(carriers, leased, reason, stays=gateway)


def _closed(
    carriers: Carriers, leased: Leased, state: MessageState, reason: str
) -> MessageState:
    carriers.outbox.close(leased, state, reason, carriers.clock.now())
    return state


def _later(
    carriers: Carriers, leased: Leased, reason: str, stays: str | None
) -> MessageState:
    wait = WAITS[min(leased.lease, len(WAITS)) - 1]
    carriers.outbox.put_off(leased, carriers.clock.now() + wait, reason, stays)
    return MessageState.WAITING


def _outgoing(
    kind: MessageKind,
    payload: Mapping[str, str],
    purpose: str,
    expires_at: datetime,
    person_id: str | None,
    once: bool,
) -> Outgoing:
    return Outgoing(
        id=secrets.token_hex(16),
        kind=kind,
        purpose=purpose,
        payload=json.dumps(payload).encode(),
        expires_at=expires_at,
        person_id=person_id,
        once=once,
    )
