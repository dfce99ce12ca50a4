"""The XML that LINK Mobility's (earlier PSWinCom's) gateway speaks over HTTP.

SESSION(CLIENT, PW, SD, MSGLST(MSG(ID, TEXT, SND, RCV, TTL, RCPREQ))) goes out,
SESSION(LOGON, REASON, MSGLST(MSG(ID, STATUS, INFO, REF))) comes back, and receipts are
MSGLST(MSG(ID, REF, RCV, STATE)).  REF is the gateway's id.  Receipts carry a DOCTYPE
that names a file and nothing else; it is taken off before our one XML door sees them.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway.account import Account
from hub.gateway.http_format import HttpFormat, Posting, ReceiptUnreadable
from hub.seams.outbox import Receipt
from hub.seams.outside import Sms
from metadata.safe_xml import UnsafeXml, parse_message

MINUTES_TO_LIVE = 10
ARRIVED = "DELIVRD"
DID_NOT = frozenset(
    {"EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD", "FAILED", "BARRED", "BARREDT",
     "BARREDC", "BARREDA", "ZERO_BAL", "INV_NET"}
)
OUTER_DOCTYPE = re.compile(rb"""<!DOCTYPE\s+\w+\s+SYSTEM\s+["'][\w./:-]{0,200}["']\s*>""")
ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,80}encoding\s*=\s*["']iso-8859-1["'][^>]*\?>""", re.I)


def posting(account: Account, sender: str, sms: Sms) -> Posting:
    session = etree.Element("SESSION")
    _add(session, "CLIENT", account.user)
    _add(session, "PW", account.password)
    _add(session, "SD", sms.reference)
    message = etree.SubElement(etree.SubElement(session, "MSGLST"), "MSG")
    _add(message, "ID", "1")
    _add(message, "TEXT", sms.text)
    _add(message, "SND", sender)
    _add(message, "RCV", sms.to.removeprefix("+"))
    _add(message, "TTL", str(MINUTES_TO_LIVE))
    _add(message, "RCPREQ", "Y")
    body = etree.tostring(session, xml_declaration=True, encoding="utf-8")
    return Posting({"Content-Type": "text/xml; charset=utf-8"}, body)


def taken(body: bytes) -> str:
    try:
        root = _read(body)
    except UnsafeXml:
        raise OutcomeUnknown("the gateway's answer is no XML document") from None
    if root.findtext("LOGON") == "FAIL":
        raise OutsideFailed("the gateway refused our account", code="sms-gateway-account")
    status, reference = root.findtext("MSGLST/MSG/STATUS"), root.findtext("MSGLST/MSG/REF")
    if status == "FAIL":
        raise OutsideFailed(
            "the gateway refused the message", permanent=True, code="sms-gateway-refused"
        )
    if root.findtext("LOGON") != "OK" or status != "OK":
        raise OutcomeUnknown("the gateway's answer has no status")
    return reference or ""


def receipts(gateway: str, body: bytes, at: datetime) -> Sequence[Receipt]:
    """The final ones in a list; what says that it is still on its way is left out."""
    try:
        root = _read(body)
    except UnsafeXml as fault:
        raise ReceiptUnreadable(f"the receipt is no XML document ({fault.code})") from None
    found = []
    for message in root.iter("MSG"):
        state, reference = message.findtext("STATE"), message.findtext("REF")
        if reference and (state == ARRIVED or state in DID_NOT):
            found.append(Receipt(gateway, reference, state == ARRIVED, at))
    return found


def acknowledgement(_receipts: Sequence[Receipt]) -> bytes:
    return b'<?xml version="1.0"?><MSGLST><MSG><ID>1</ID><STATUS>OK</STATUS></MSG></MSGLST>'


def _read(body: bytes) -> etree._Element:
    latin = ENCODING.match(body)
    if latin:
        body = body[latin.end() :].decode("iso-8859-1").encode()
    return parse_message(OUTER_DOCTYPE.sub(b"", body, count=1).strip())


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


LINK_XML_FORMAT = HttpFormat(posting, taken, receipts, acknowledgement, "text/xml")
