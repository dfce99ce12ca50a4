"""The logos of services, each under the hash of its bytes; kept by browsers for ever."""

from flask import Blueprint, abort, make_response
from werkzeug.wrappers import Response

from sp_registry import logos
from sp_registry.seams import Database

YEAR = 365 * 24 * 60 * 60  # seconds


def logo_pages(database: Database) -> Blueprint:
    pages = Blueprint("logos", __name__)

    @pages.get("/logos/<hash>.webp")
    def show(hash: str) -> Response:
        logo = database.read(lambda connection: logos.find(connection, hash)) or abort(404)
        response = make_response(logo.data)
        response.headers["Content-Type"] = "image/webp"
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    return pages
