"""Letters as the printer would open them: `/dev/letters`, in development mode alone."""

from typing import Protocol

from flask import Blueprint, abort, jsonify, make_response, render_template, url_for
from werkzeug.wrappers import Response

from hub.current import outside
from hub.seams.letters import LetterOrder, SealedLetter

SHOWN = 100  # the newest


class OwnPrinter(Protocol):
    def can_set(self) -> bool: ...

    def pdf(self, letter: SealedLetter) -> bytes: ...


def letter_pages(printer: OwnPrinter) -> Blueprint:
    """`/dev/letters`, the same as JSON, and each letter as a PDF."""
    pages = Blueprint("dev_letters", __name__)

    @pages.get("/dev/letters")
    def letters() -> str:
        return render_template(
            "dev_letters.html",
            letters=[order for order, _sealed in outside().store.letters.kept(SHOWN)],
            waiting=len(outside().store.letters.waiting(SHOWN)),
            can_set=printer.can_set(),
        )

    @pages.get("/dev/letters.json")
    def letters_json() -> Response:
        kept = outside().store.letters.kept(SHOWN)
        return jsonify([told(order) for order, _sealed in reversed(kept)])

    @pages.get("/dev/letters/<order_id>.pdf")
    def letter(order_id: str) -> Response:
        for order, sealed in outside().store.letters.kept(SHOWN):
            if order.id == order_id:
                answer = make_response(printer.pdf(sealed))
                answer.headers["Content-Type"] = "application/pdf"
                answer.headers["Cache-Control"] = "no-store"
                return answer
        abort(404)

    return pages


def told(order: LetterOrder) -> dict[str, str]:
    return {
        "id": order.id,
        "reason": order.reason,
        "state": order.state.value,
        "ordered_at": order.ordered_at.isoformat(),
        "pdf": url_for("dev_letters.letter", order_id=order.id),
    }
