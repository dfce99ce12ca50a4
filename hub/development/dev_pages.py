"""The inbox of development mode: what would have been sent to people."""

from typing import Any

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from hub.errors import HubError
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox


def dev_pages(settings: Settings, inbox: DevelopmentInbox) -> Blueprint:
    """`/dev/sms`, `/dev/mail` and the same as JSON; refuses to be made outside development mode."""
    if not settings.is_development:
        raise HubError("the inbox is for development mode alone", "adapter-mode")
    pages = Blueprint("dev_pages", __name__)

    @pages.get("/dev/sms")
    def sms() -> str:
        newest_first = list(reversed(sent()))
        return render_template("dev_sms.html", messages=newest_first)

    @pages.get("/dev/sms.json")
    def sms_json() -> Response:
        return jsonify(
            [{**message, "sent_at": message["sent_at"].isoformat()} for message in sent()]
        )

    @pages.get("/dev/mail")
    def mail() -> str:
        return render_template("dev_mail.html", mails=list(reversed(mailed())))

    @pages.get("/dev/mail.json")
    def mail_json() -> Response:
        return jsonify([{**each, "sent_at": each["sent_at"].isoformat()} for each in mailed()])

    def sent() -> list[dict[str, Any]]:
        return [{"to": to, "text": text, "sent_at": at} for to, text, at in inbox.messages()]

    def mailed() -> list[dict[str, Any]]:
        return [
            {"to": to, "subject": subject, "text": text, "sent_at": at}
            for to, subject, text, at in inbox.mails()
        ]

    return pages
