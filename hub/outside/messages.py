"""Which gateways and which mail server an installation has, by its settings.

Development without a gateway shows messages on screen; production without one sends
none, and logins go by PIN.  SMPP needs the extra `gateways`, so its adapter is loaded
only where a setting names it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from hub.errors import HubError
from hub.gateway.account import JSON, LINK_XML, SMPP, Account
from hub.gateway.link_xml import LINK_XML_FORMAT
from hub.gateway.plain_json import JSON_FORMAT
from hub.outside.mail_smtp import OnScreenMail, SmtpMail
from hub.outside.no_gateway import NoGateway
from hub.outside.on_screen import OnScreenSms
from hub.outside.sms_gateways import Gateway, SmsGateways
from hub.outside.sms_http import HttpGateway
from hub.seams.logins import Attempts
from hub.seams.outbox import Receipt, ReceiptSource
from hub.seams.outside import Clock, MailSender, SmsSender
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox

HTTP_FORMATS = {LINK_XML: LINK_XML_FORMAT, JSON: JSON_FORMAT}


def sms_sender(
    settings: Settings, inbox: DevelopmentInbox, attempts: Attempts, clock: Clock
) -> SmsSender:
    gateways = {each.name: gateway(each, settings.sms_sender) for each in settings.sms_accounts}
    if gateways:
        return SmsGateways(gateways, settings.sms_limits, attempts, clock)
    return OnScreenSms(settings, inbox, clock) if settings.is_development else NoGateway()


def mail_sender(settings: Settings, inbox: DevelopmentInbox, clock: Clock) -> MailSender | None:
    if settings.smtp_host:
        return SmtpMail(settings, clock)
    return OnScreenMail(settings, inbox, clock) if settings.is_development else None


def gateway(account: Account, sender: str) -> Gateway:
    if account.kind == SMPP:
        over_smpp: Gateway = smpp().SmppGateway(account, sender)
        return over_smpp
    return HttpGateway(account, sender, HTTP_FORMATS[account.kind])


def receivers(
    settings: Settings, clock: Clock, tell: Callable[[Receipt], None]
) -> Sequence[ReceiptSource]:
    """What listens for receipts that no HTTP request brings."""
    accounts = [each for each in settings.sms_accounts if each.kind == SMPP]
    return [smpp().SmppReceipts(account, clock, tell) for account in accounts]


def smpp() -> Any:
    try:
        return import_module("hub.outside.sms_smpp")
    except ModuleNotFoundError as fault:
        if fault.name != "smpplib":
            raise
        raise HubError(
            "SMPP needs smpplib: pip install 'minid-hub[gateways]'", "extra-missing"
        ) from None
