"""Requests to a national register: token, time limits, a second try, a circuit breaker.

A busy or broken register is asked again after a short rest, since every request here only
reads.  After three that failed in a row all processes leave it alone for a while.  The
addresses hold identity numbers: neither they nor what was sent stands in any fault.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.errors import OutsideFailed
from hub.outside.http_exchange import (
    Answer,
    BrokenOff,
    Exchange,
    Limits,
    NotConnected,
    exchanged,
)
from hub.outside.maskinporten import Maskinporten
from hub.registers.freg import understood
from hub.seams.outbox import Breakers
from hub.seams.outside import Clock

BUSY = 429
LONGEST_REST = 2.0  # seconds; a register that wants more is asked another time


@dataclass(frozen=True, slots=True)
class Patience:
    limits: Limits
    tries: int
    first_rest: float = 0.2  # seconds, doubled after each


# Somebody waits for a page, or a letter for its address; and lists that nobody waits for.
AT_ONCE = Patience(Limits(1.0, 3.0, 1024 * 1024), tries=2)
IN_BULK = Patience(Limits(5.0, 60.0, 128 * 1024 * 1024), tries=4, first_rest=0.5)


@dataclass(frozen=True, slots=True)
class RegisterClient:
    name: str  # of its breaker
    url: str = field(repr=False)
    tokens: Maskinporten
    breakers: Breakers
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    def get(self, path: str, patience: Patience) -> Any | None:
        """What the register answers, read as JSON; None if it has no such thing."""
        return self._asked(Exchange("GET", self.url + path), patience)

    def post(self, path: str, body: Mapping[str, object], patience: Patience) -> Any | None:
        sent = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return self._asked(Exchange("POST", self.url + path, sent, headers), patience)

    def _asked(self, exchange: Exchange, patience: Patience) -> Any | None:
        if not self.breakers.may_try(self.name, self.clock.now()):
            raise OutsideFailed(f"{self.name} is left alone for a while", code="register-resting")
        try:
            answer = self._answered(exchange, patience)
            found = None if answer is None else understood(lambda: json.loads(answer.body))
        except OutsideFailed:
            self.breakers.failed(self.name, self.clock.now())
            raise
        self.breakers.worked(self.name)
        return found

    def _answered(self, exchange: Exchange, patience: Patience) -> Answer | None:
        """The first answer that is one; None for 404 and 410."""
        fault = OutsideFailed(f"{self.name} was not asked", code="register-away")
        for turn in range(patience.tries):
            if turn:
                self.sleep(rest_of(patience, turn, fault))
            try:
                answer = self._with_token(exchange, patience.limits)
            except (NotConnected, BrokenOff) as broken:
                fault = OutsideFailed(f"{self.name}: {broken}", code="register-away")
                continue
            if answer.status == 200:
                return answer
            if answer.status in (404, 410):
                return None
            fault = Refused(self.name, answer)
            if answer.status != BUSY and answer.status < 500:
                break
        raise fault

    def _with_token(self, exchange: Exchange, limits: Limits) -> Answer:
        """An expired or withdrawn token is fetched anew, once."""
        token = self.tokens.token()
        answer = exchanged(authorised(exchange, token), limits)
        if answer.status != 401:
            return answer
        self.tokens.forget(token)
        return exchanged(authorised(exchange, self.tokens.token()), limits)


class Refused(OutsideFailed):
    """The register has answered, and not with what was asked."""

    code = "register-refused"

    def __init__(self, name: str, answer: Answer) -> None:
        super().__init__(f"{name} answers with status {answer.status}")
        self.wants_rest = answer.headers.get("retry-after", "")


def rest_of(patience: Patience, turn: int, fault: OutsideFailed) -> float:
    """How long to wait: what the register asks for, within reason, else longer each time."""
    asked = fault.wants_rest if isinstance(fault, Refused) else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked), LONGEST_REST)
    # Spread out, so that those who failed together do not come back together.
    longest: float = min(patience.first_rest * 2 ** (turn - 1), LONGEST_REST)
    return longest * random.uniform(0.5, 1.0)


def authorised(exchange: Exchange, token: str) -> Exchange:
    headers = {
        **exchange.headers,
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
    }
    return Exchange(exchange.method, exchange.url, exchange.body, headers)
