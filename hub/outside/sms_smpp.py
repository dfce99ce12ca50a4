"""SMPP 3.4: messages go by a transmitter session, receipts come to the worker's receiver.

Each process keeps one transmitter session and asks it whether it lives before a message
goes, so that a connection that died meanwhile is found while nothing was sent.  A text
in the default alphabet is one byte a place, else UCS-2; codes fit into one message, and
longer notices go by message_payload.  smpplib is an extra (`gateways`) and writes whole
messages into its debug log, so that log is kept shut.
"""

import logging
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway import gsm
from hub.gateway.account import Account
from hub.outside.authorities import authorities
from hub.seams.outbox import Receipt
from hub.seams.outside import Clock, Sms

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
LISTEN_SECONDS = 1.0  # so that a receiver that is to stop does
QUIET_SECONDS = 30  # after which the receiver asks whether the gateway is there
LOG = "minid.smpp"
FOREVER = frozenset(
    {consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVDSTTON, consts.SMPP_ESME_RINVDSTNPI}
)
FINAL = {"DELIVRD": True, "EXPIRED": False, "DELETED": False, "UNDELIV": False,
         "UNKNOWN": False, "REJECTD": False}
FINAL_STATES = {2: True, 3: False, 4: False, 5: False, 7: False, 8: False}
RECEIPT = re.compile(rb"id:(?P<id>\S{1,65}) .*stat:(?P<state>[A-Z]{7})", re.S | re.I)
# smpplib lets its reader's own errors out where a gateway talks nonsense.
NONSENSE = (exceptions.UnknownCommandError, struct.error, KeyError, AttributeError)
FAULTS = (OSError, exceptions.ConnectionError, exceptions.PDUError, *NONSENSE)

logging.getLogger(LOG).setLevel(logging.CRITICAL)


class Session(Client):  # type: ignore[misc]  # smpplib has no types
    """A client whose TLS checks the host's name, and whose patience can be set."""

    _socket: Any
    _ssl_context: ssl.SSLContext | None

    def __init__(self, account: Account) -> None:
        parts = urlsplit(account.url)
        is_encrypted = parts.scheme == "smpps"
        super().__init__(
            parts.hostname or "",
            parts.port or (3550 if is_encrypted else 2775),
            timeout=CONNECT_SECONDS,
            logger_name=LOG,
            ssl_context=authorities() if is_encrypted else None,
            allow_unknown_opt_params=True,
        )

    def _create_socket(self) -> socket.socket:
        raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        raw.settimeout(CONNECT_SECONDS)
        if self._ssl_context is None:
            return raw
        return self._ssl_context.wrap_socket(raw, server_hostname=str(self.host))

    def wait_at_most(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def drop(self) -> None:
        """Close without a word; smpplib's own way out waits for an answer."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.state = consts.SMPP_CLIENT_STATE_CLOSED


def opened(account: Account, bind: str, answer_seconds: float = ANSWER_SECONDS) -> Session:
    """A bound session; raises OutsideFailed."""
    session = Session(account)
    try:
        session.connect()
        getattr(session, bind)(system_id=account.user, password=account.password)
        session.wait_at_most(answer_seconds)
    except FAULTS as fault:
        session.drop()
        code = "sms-gateway-account" if isinstance(fault, exceptions.PDUError) else None
        raise OutsideFailed(
            f"no SMPP session: {type(fault).__name__}", code=code or "sms-gateway-away"
        ) from None
    return session


class SmppGateway:
    """Messages, one at a time in each process."""

    def __init__(
        self, account: Account, sender: str, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._account = account
        self._sender = sender
        self._answer_seconds = answer_seconds
        self._session: Session | None = None
        self._lock = threading.Lock()

    def send(self, sms: Sms) -> str:
        with self._lock:
            session = self._living()
            try:
                answer = _answered(session, "submit_sm", **self._message(sms))
            except FAULTS as fault:
                self._drop()
                raise OutcomeUnknown(f"SMPP broke off: {type(fault).__name__}") from None
        if answer.status == consts.SMPP_ESME_ROK:
            return _text(answer.message_id)
        raise OutsideFailed(
            f"SMPP status {answer.status:#x}",
            permanent=answer.status in FOREVER,
            code="sms-gateway-refused",
        )

    def _living(self) -> Session:
        """The session, if it answers; else a new one."""
        if self._session is not None:
            try:
                _answered(self._session, "enquire_link")
                return self._session
            except FAULTS:
                self._drop()
        self._session = opened(self._account, "bind_transmitter", self._answer_seconds)
        return self._session

    def _drop(self) -> None:
        if self._session is not None:
            self._session.drop()
            self._session = None

    def _message(self, sms: Sms) -> dict[str, object]:
        if gsm.is_gsm(sms.text):
            text, coding = gsm.encoded(sms.text), consts.SMPP_ENCODING_DEFAULT
        else:
            text, coding = sms.text.encode("utf-16-be"), consts.SMPP_ENCODING_ISO10646
        is_short = gsm.places(sms.text) <= gsm.longest(sms.text)
        return {
            "source_addr_ton": consts.SMPP_TON_ALNUM,
            "source_addr": self._sender,
            "dest_addr_ton": consts.SMPP_TON_INTL,
            "dest_addr_npi": consts.SMPP_NPI_ISDN,
            "destination_addr": sms.to.removeprefix("+"),
            "data_coding": coding,
            "registered_delivery": True,
            ("short_message" if is_short else "message_payload"): text,
        }


class SmppReceipts:
    """The worker's receiver: gives on what the gateway tells until it is stopped."""

    def __init__(
        self, account: Account, clock: Clock, tell: Callable[[Receipt], None]
    ) -> None:
        self._account = account
        self._clock = clock
        self._tell = tell

    def listen(self, is_over: threading.Event) -> None:
        """One session, until it breaks (OutsideFailed) or `is_over`."""
        session = opened(self._account, "bind_receiver")
        session.wait_at_most(LISTEN_SECONDS)
        session.set_message_received_handler(self._received)
        quiet = 0.0
        try:
            while not is_over.is_set():
                try:
                    session.read_once(auto_send_enquire_link=False)
                    quiet = 0.0
                except TimeoutError:
                    quiet += LISTEN_SECONDS
                    if quiet % QUIET_SECONDS == 0:
                        session.send_pdu(smpp.make_pdu("enquire_link", client=session))
        except FAULTS as fault:
            raise OutsideFailed(f"SMPP receiver: {type(fault).__name__}") from None
        finally:
            session.drop()

    def _received(self, pdu: Any) -> int:
        receipt = read_receipt(pdu, self._account.name, self._clock)
        if receipt is not None:
            self._tell(receipt)
        status: int = consts.SMPP_ESME_ROK
        return status


def read_receipt(pdu: Any, gateway: str, clock: Clock) -> Receipt | None:
    """From the optional parameters, else from the text; None if it is no final receipt."""
    known, arrived = _text(pdu.receipted_message_id), FINAL_STATES.get(pdu.message_state)
    if not known or arrived is None:
        told = RECEIPT.search(pdu.short_message or b"")
        if told is None:
            return None
        known = told["id"].decode("ascii", "replace")
        arrived = FINAL.get(told["state"].decode("ascii").upper())
    return None if arrived is None else Receipt(gateway, known, arrived, clock.now())


def _answered(session: Session, command: str, **values: object) -> Any:
    """The answer to this very command; what else comes meanwhile is attended to."""
    asked = smpp.make_pdu(command, client=session, **values)
    session.send_pdu(asked)
    while True:
        pdu = session.read_pdu()
        if pdu.command == f"{command}_resp" and pdu.sequence == asked.sequence:
            return pdu
        if pdu.command == "enquire_link":
            answer = smpp.make_pdu("enquire_link_resp", client=session)
            answer.sequence = pdu.sequence
            session.send_pdu(answer)
        elif pdu.command in ("unbind", "generic_nack"):
            raise exceptions.ConnectionError(pdu.command)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return str(value or "").strip("\0")
