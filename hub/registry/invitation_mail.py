"""How staff-to-be are reached: by their identity number, or by a mail with a link.

A number that nobody has yet makes a person without an account, kept as every number is;
the page learns no more than that it was a number.
"""

from dataclasses import dataclass
from datetime import datetime

from hub.current import now, outside, settings
from hub.person import NationalId, NotANumber, read_number
from hub.seams.people import People
from hub.sending.notices import mail_templates, translated
from hub.sending.outbox import a_mail
from hub.settings import Settings
from hub.web.forms import is_email_address
from hub.web.marked import _
from hub.web.pages import moment, reader_locale
from sp_registry.invitations import Invitation

SUBJECT = _("Invitasjon til registeret for MinID")


@dataclass(frozen=True, slots=True)
class MinidInvitees:
    """`sp_registry.pages.rooms.Invitees`, for the pages."""

    def person_of(self, typed: str) -> str | None:
        return person_of(outside().store.people, settings(), typed, now())

    def link_of(self, secret: str) -> str:
        return link_of(settings(), secret)

    def write_to(self, address: str, link: str, invitation: Invitation) -> bool:
        if not is_email_address(address):
            return False
        language = reader_locale()
        text = mail_templates(language).get_template("invitation.txt").render(
            link=link, until=moment(invitation.expires_at)
        )
        subject = translated(SUBJECT, language)
        mail = a_mail(address, subject, text, "staff-invitation", invitation.expires_at)
        outside().store.outbox.put([mail], now())
        return True


def person_of(people: People, rules: Settings, typed: str, at: datetime) -> str | None:
    """The person who has this number, made if there is none; None: it is no number here."""
    try:
        number: NationalId = read_number(typed)
    except NotANumber:
        return None
    return people.create(number, at).id if number.kind in rules.number_kinds else None


def link_of(rules: Settings, secret: str) -> str:
    return f"{rules.base_url}/registry/invitation/{secret}"
