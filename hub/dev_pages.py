"""The inbox of development mode: what would have been sent to telephones."""

from typing import Any

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from hub.errors import HubError
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox


def dev_pages(settings: Settings, inbox: DevelopmentInbox) -> Blueprint:
    """`/dev/sms` and `/dev/sms.json`; refuses to be made outside development mode."""
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

    def sent() -> list[dict[str, Any]]:
        return [{"to": to, "text": text, "sent_at": at} for to, text, at in inbox.messages()]

    return pages
