"""`/gateway/sms/report/<gateway>`: receipts that gateways send over HTTP.

A gateway proves itself by HTTP Basic, whose password is the installation's secret, or by
`X-Signature: sha256=…`, the HMAC of the body under it.  The secret is in no address, so
it is in no access log.  Receipts may come twice or too early; see `hub.seams.outbox.Outbox`.
SMPP's receipts come to the worker.
"""

import hashlib
import hmac

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from hub.current import now, outside, settings
from hub.errors import HubError
from hub.gateway.account import JSON, LINK_XML
from hub.gateway.http_format import HttpFormat
from hub.gateway.link_xml import LINK_XML_FORMAT
from hub.gateway.plain_json import JSON_FORMAT

sms_report = Blueprint("sms_report", __name__)

REPORTS = "/gateway/sms/report"
REPORT_PATHS = frozenset({f"{REPORTS}/first", f"{REPORTS}/second"})
FORMATS = {LINK_XML: LINK_XML_FORMAT, JSON: JSON_FORMAT}
LARGEST = 64 * 1024


class ReceiptForged(HubError):
    """Whoever sent the receipt does not know the secret."""

    code = "receipt-forged"


@sms_report.post(f"{REPORTS}/<gateway>")
def take(gateway: str) -> Response:
    spoken = format_of(gateway)
    body = request.get_data(cache=False)
    if len(body) > LARGEST:
        abort(413)
    require_secret(body)
    receipts = spoken.receipts(gateway, body, now())
    for receipt in receipts:
        outside().store.outbox.receive(receipt)
    answer = make_response(spoken.acknowledgement(receipts))
    answer.headers["Content-Type"] = spoken.content_type
    return answer


def format_of(gateway: str) -> HttpFormat:
    kinds = {account.name: account.kind for account in settings().sms_accounts}
    spoken = FORMATS.get(kinds.get(gateway, ""))
    if spoken is None:
        abort(404)
    return spoken


def require_secret(body: bytes) -> None:
    secret = settings().sms_report_secret
    if not secret:
        raise ReceiptForged("receipts are refused: MINID_SMS_REPORT_SECRET is not set")
    basic = request.authorization.password if request.authorization else None
    if basic and hmac.compare_digest(basic.encode(), secret.encode()):
        return
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    found = request.headers.get("X-Signature", "")
    if not hmac.compare_digest(found.encode(), wanted.encode()):
        raise ReceiptForged("neither the password nor the signature is right")
