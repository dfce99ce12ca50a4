"""The made-up registers over HTTP, in the shape of the real ones: for development and tests.

Folkeregisteret under `/folkeregisteret`, the contact register under `/rest/v2`, the names of
municipalities under `/kommuneinfo` as Kartverket has them, and Maskinporten's `/token`.
`POST /dev/mode` makes it misbehave, `POST /dev/happen` lets something happen to somebody.
It listens on loopback alone, and writes no line for a request: addresses hold numbers.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from certs.certificate import Certificate
from hub.registers.freg import MOST_AT_ONCE
from hub.registers.municipalities import municipalities
from hub.registers.register_file import RegisterFile
from hub.registers.token_office import GRANT_TYPE, TOKEN_LIVES, BadGrant, TokenOffice
from hub.seams.outside import Clock

FREG = "/folkeregisteret/offentlig-med-hjemmel/api"
FREG_SCOPE = "folkeregister:deling/offentligmedhjemmel"
KRR_SCOPE = "krr:global/kontaktinformasjon.read"
SLOWLY = 30.0  # seconds; longer than anybody waits


class Mode(StrEnum):
    UP = "up"
    DOWN = "down"  # answers 503
    SLOW = "slow"
    GARBAGE = "garbage"  # answers 200 with what is no JSON
    BUSY = "busy"  # answers 429 to every other request


@dataclass
class Behaviour:
    """How the server answers, which may be changed while it runs."""

    mode: Mode = Mode.UP
    asked: int = 0
    is_over: Event = field(default_factory=Event)


class InOrder(DefaultJSONProvider):
    """Members stand as the registers put them."""

    sort_keys = False


def register_app(file: RegisterFile, office: TokenOffice, behaviour: Behaviour) -> Flask:
    app = Flask("registers", static_folder=None)
    app.json = InOrder(app)
    app.before_request(lambda: misbehave(behaviour))
    add_token(app, office)
    add_population(app, file, lambda: require_token(office, FREG_SCOPE))
    add_contacts(app, file, lambda: require_token(office, KRR_SCOPE))
    add_municipalities(app)
    add_development(app, file, behaviour)
    return app


def misbehave(behaviour: Behaviour) -> Response | None:
    if request.path.startswith("/dev/"):
        return None
    behaviour.asked += 1
    if behaviour.mode is Mode.SLOW:
        behaviour.is_over.wait(SLOWLY)
    if behaviour.mode is Mode.GARBAGE:
        return Response("<html>maintenance", content_type="text/html")
    if behaviour.mode is Mode.BUSY and behaviour.asked % 2:
        return Response("slow down", 429, {"Retry-After": "0"})
    return Response("down", 503) if behaviour.mode in (Mode.DOWN, Mode.SLOW) else None


def require_token(office: TokenOffice, scope: str) -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not office.allows(token, scope):
        abort(401)


def add_token(app: Flask, office: TokenOffice) -> None:
    @app.post("/token")
    def token() -> Response | tuple[Response, int]:
        try:
            if request.form.get("grant_type") != GRANT_TYPE:
                raise BadGrant("the grant_type is not that of a JWT grant")
            value = office.token(request.form.get("assertion", ""))
        except BadGrant as fault:
            return jsonify(error="invalid_grant", error_description=str(fault)), 400
        lives = int(TOKEN_LIVES.total_seconds())
        return jsonify(access_token=value, token_type="Bearer", expires_in=lives)


def add_population(app: Flask, file: RegisterFile, require: Callable[[], None]) -> None:
    @app.get(f"{FREG}/v1/personer/<digits>")
    def person(digits: str) -> Response:
        require()
        return jsonify(file.document(digits) or abort(404))

    @app.post(f"{FREG}/v1/personer/bulkoppslag")
    def many() -> Response:
        require()
        numbers = posted()["foedselsEllerDNummer"]
        if len(numbers) > MOST_AT_ONCE:
            abort(400)
        found = [file.document(each) or {"foedselsEllerDNummer": each} for each in numbers]
        return jsonify(oppslag=found)

    @app.get(f"{FREG}/v1/hendelser/feed")
    def feed() -> Response:
        require()
        return jsonify(file.events_from(request.args.get("seq", 1, int), MOST_AT_ONCE))

    @app.get(f"{FREG}/v1/hendelser/siste/sekvensnummer")
    def latest() -> Response:
        require()
        return jsonify(file.latest_event())

    @app.post(f"{FREG}/v1/uttrekk/tilpasset")
    def extract() -> Response:
        require()
        return jsonify(jobbId=f"born-{int(posted()['foedselsaarFraOgMed'])}")

    @app.get(f"{FREG}/v1/uttrekk/born-<int:year>/batch/<int:batch>")
    def batch(year: int, batch: int) -> Response:
        require()
        numbers = file.residents_born_in(year)
        some = numbers[batch * MOST_AT_ONCE : (batch + 1) * MOST_AT_ONCE]
        return jsonify(foedselsEllerDNummer=some)


def add_contacts(app: Flask, file: RegisterFile, require: Callable[[], None]) -> None:
    @app.post("/rest/v2/personer")
    def contacts() -> Response:
        require()
        return jsonify(personer=[contact(file, n) for n in posted()["personidentifikatorer"]])


def contact(file: RegisterFile, digits: str) -> dict[str, Any]:
    """Made-up contact data, the same for a number each time."""
    drawn = hashlib.sha256(digits.encode()).digest()
    about = {"personidentifikator": digits, "reservasjon": "JA" if drawn[0] < 25 else "NEI"}
    if file.document(digits) is None or drawn[1] < 50:
        return about | {"status": "IKKE_REGISTRERT"}
    reached = {
        "epostadresse": f"{drawn[:4].hex()}@epost.example",
        "mobiltelefonnummer": f"+4799900{int.from_bytes(drawn[4:6], 'big') % 1000:03}",
    }
    post = {"postkasseleverandoeradresse": "984661185" if drawn[2] < 128 else "996460320"}
    return about | {"status": "AKTIV", "kontaktinformasjon": reached, "digital_post": post}


def add_municipalities(app: Flask) -> None:
    known = {each.number: each for each in municipalities()}

    @app.get("/kommuneinfo/v1/kommuner/<number>")
    def municipality(number: str) -> Response:
        found = known.get(number) or abort(404)
        return jsonify(
            kommunenummer=found.number, kommunenavn=found.name, fylkesnavn=found.county
        )


def add_development(app: Flask, file: RegisterFile, behaviour: Behaviour) -> None:
    happenings = {
        "death": file.die,
        "false-identity": file.turn_out_false,
        "move-in": file.move_in,
    }

    @app.post("/dev/mode")
    def set_mode() -> Response:
        behaviour.mode = Mode(posted()["mode"])
        return jsonify(mode=behaviour.mode)

    @app.post("/dev/happen")
    def happen() -> Response:
        wanted = posted()
        if wanted["what"] == "new-number":
            file.renumber(wanted["number"], wanted["new_number"])
        else:
            happenings[wanted["what"]](wanted["number"])
        return jsonify(sequence=file.latest_event())


def posted() -> Any:
    return request.get_json(force=True)


class Quiet(WSGIRequestHandler):
    """Writes no line for a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


@dataclass(frozen=True, slots=True)
class RunningRegister:
    """The server in a thread of this process."""

    address: str
    behaviour: Behaviour
    office: TokenOffice
    _server: BaseWSGIServer

    def stop(self) -> None:
        self.behaviour.is_over.set()
        self._server.shutdown()
        self._server.server_close()


def start(
    file: RegisterFile, clients: Mapping[str, Certificate], clock: Clock, look_every: float = 0.5
) -> RunningRegister:
    """Serve on a free port of loopback until it is stopped, which it sees to so often (s)."""
    office, behaviour = TokenOffice(clients, clock.now), Behaviour()
    app = register_app(file, office, behaviour)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    office.audience = f"{address}/"
    Thread(target=server.serve_forever, args=(look_every,), name="registers", daemon=True).start()
    return RunningRegister(address, behaviour, office, server)
