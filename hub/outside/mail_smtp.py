"""Mail by SMTP (RFC 5321), with STARTTLS wherever it leaves this machine.

A mail server that has said 250 to the whole message has it; one that breaks off after
the text was begun may have it.  Plain text alone, and the Message-ID is the row's, so
that a mail that came twice can be known.
"""

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from hub.errors import HubError, OutcomeUnknown, OutsideFailed
from hub.outside.authorities import authorities
from hub.seams.outside import Clock, Mail
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox

SECONDS = 15.0
NOT_NOW = range(400, 500)  # SMTP: transient; 500 and above are final


class SmtpMail:
    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, mail: Mail) -> None:
        server = self._connected()
        try:
            server.send_message(self._message(mail), self._settings.mail_from, [mail.to])
        except smtplib.SMTPRecipientsRefused as fault:
            status = next(iter(fault.recipients.values()))[0]
            raise _refused(status) from None
        except smtplib.SMTPResponseException as fault:
            raise _refused(fault.smtp_code) from None
        except (OSError, smtplib.SMTPException) as fault:
            raise OutcomeUnknown(f"the mail server broke off: {type(fault).__name__}") from None
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        settings, server = self._settings, None
        try:
            # Named here and not to connect(), else STARTTLS knows no name to check.
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
            server.ehlo()
            if not settings.smtp_is_local:
                server.starttls(context=authorities())
                server.ehlo()
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except (OSError, smtplib.SMTPException) as fault:
            if server is not None:
                server.close()
            raise OutsideFailed(
                f"no connection to the mail server: {type(fault).__name__}", code="mail-away"
            ) from None
        return server

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.mail_from
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._clock.now())
        host = urlsplit(self._settings.base_url).hostname
        message["Message-ID"] = f"<{mail.reference}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="quoted-printable")  # any server can carry it
        return message


class OnScreenMail:
    """Mail for development: kept for `/dev/mail` and sent to no one."""

    def __init__(self, settings: Settings, inbox: DevelopmentInbox, clock: Clock) -> None:
        if not settings.is_development:
            raise HubError("messages on screen are for development mode alone", "adapter-mode")
        self._inbox = inbox
        self._clock = clock

    def send(self, mail: Mail) -> None:
        self._inbox.add_mail(mail.to, mail.subject, mail.text, self._clock.now())


def _refused(status: int) -> OutsideFailed:
    return OutsideFailed(
        f"the mail server answered {status}",
        permanent=status not in NOT_NOW,
        code="mail-refused",
    )
