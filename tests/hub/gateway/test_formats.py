"""What gateways answer and tell, as they have written it and as they should not."""

import json
from datetime import datetime

import pytest
from lxml import etree

from hub.errors import OutcomeUnknown, OutsideFailed
from hub.gateway import link_xml, plain_json
from hub.gateway.account import Account
from hub.gateway.http_format import ReceiptUnreadable, require_taken
from hub.seams.outbox import Receipt
from hub.seams.outside import Sms

LINK = Account("first", "link-xml", "https://sms.example.no/", "minid", "hemmeleg")
JSON = Account("second", "json", "https://sms.example.no/", "", "token")
SMS = Sms("+4790190190", "123456 frå MinID & <vener>", "row-1")
REPORT = """<?xml version="1.0"?>
<!DOCTYPE MSGLST SYSTEM "pswincom_report_request.dtd">
<MSGLST><MSG><ID>1</ID><REF>gw-1</REF><RCV>4790190190</RCV><STATE>{}</STATE></MSG></MSGLST>"""


def link_answer(logon: str, status: str) -> bytes:
    return (
        f"<?xml version='1.0'?><SESSION><LOGON>{logon}</LOGON><REASON/><MSGLST><MSG><ID>1</ID>"
        f"<STATUS>{status}</STATUS><INFO/><REF>gw-1</REF></MSG></MSGLST></SESSION>"
    ).encode()


def test_link_gets_account_sender_number_and_text() -> None:
    root = etree.fromstring(link_xml.posting(LINK, "MinID", SMS).body)
    found = {element.tag: element.text for element in root.iter()}
    assert (found["CLIENT"], found["PW"], found["SD"]) == ("minid", "hemmeleg", "row-1")
    assert (found["SND"], found["RCV"], found["TEXT"]) == ("MinID", "4790190190", SMS.text)


def test_link_gives_its_reference() -> None:
    assert link_xml.taken(link_answer("OK", "OK")) == "gw-1"


@pytest.mark.parametrize(("logon", "permanent"), [("FAIL", False), ("OK", True)])
def test_link_refuses_us_or_the_message(logon: str, permanent: bool) -> None:
    with pytest.raises(OutsideFailed) as fault:
        link_xml.taken(link_answer(logon, "FAIL"))
    assert fault.value.permanent is permanent


@pytest.mark.parametrize("body", [b"", b"<html>", b"<a/>", link_answer("OK", "MAYBE")])
def test_an_answer_of_link_that_says_nothing_is_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        link_xml.taken(body)


@pytest.mark.parametrize(("state", "arrived"), [("DELIVRD", True), ("UNDELIV", False)])
def test_links_receipts_are_read_with_their_doctype(
    state: str, arrived: bool, now: datetime
) -> None:
    found = link_xml.receipts("first", REPORT.format(state).encode(), now)
    assert list(found) == [Receipt("first", "gw-1", arrived, now)]


def test_a_receipt_that_is_not_final_is_left_out(now: datetime) -> None:
    assert list(link_xml.receipts("first", REPORT.format("ACCEPTD").encode(), now)) == []


def test_links_old_encoding_is_read(now: datetime) -> None:
    text = REPORT.format("DELIVRD").replace('"1.0"', '"1.0" encoding="iso-8859-1"')
    assert link_xml.receipts("first", text.replace("1</ID>", "æ</ID>").encode("latin-1"), now)


def test_an_inner_doctype_is_not_let_in(now: datetime) -> None:
    evil = '<!DOCTYPE MSGLST [<!ENTITY x "y">]><MSGLST/>'
    with pytest.raises(ReceiptUnreadable):
        link_xml.receipts("first", evil.encode(), now)


def test_json_carries_the_reference_as_its_key() -> None:
    posting = plain_json.posting(JSON, "MinID", SMS)
    assert posting.headers["Idempotency-Key"] == "row-1"
    assert posting.headers["Authorization"] == "Bearer token"
    assert json.loads(posting.body)["text"] == SMS.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 7}', b"<html>"])
def test_an_answer_of_json_without_an_id_is_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        plain_json.taken(body)


def test_json_receipts_come_one_or_many(now: datetime) -> None:
    told = [{"id": "a", "state": "delivered"}, {"id": "b", "state": "failed"},
            {"id": "c", "state": "queued"}]
    assert [r.arrived for r in plain_json.receipts("x", json.dumps(told).encode(), now)] == [
        True,
        False,
    ]
    assert len(plain_json.receipts("x", json.dumps(told[0]).encode(), now)) == 1


@pytest.mark.parametrize("body", [b"", b"[1]", b'{"id": "a"}', b'{"state": "delivered"}'])
def test_a_json_receipt_without_its_parts_is_refused(body: bytes, now: datetime) -> None:
    with pytest.raises(ReceiptUnreadable):
        plain_json.receipts("x", body, now)


@pytest.mark.parametrize(
    ("status", "kind", "permanent"),
    [(401, OutsideFailed, False), (422, OutsideFailed, True), (429, OutsideFailed, False),
     (503, OutsideFailed, False), (500, OutcomeUnknown, False), (302, OutcomeUnknown, False)],
)
def test_a_status_says_whether_it_was_taken(
    status: int, kind: type[OutsideFailed], permanent: bool
) -> None:
    with pytest.raises(OutsideFailed) as fault:
        require_taken(status)
    assert (type(fault.value), fault.value.permanent) == (kind, permanent)
