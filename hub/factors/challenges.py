"""The challenges that authenticators sign: each is good for one flow, once, for five minutes.

It is kept with its flow.  To spend it is to store the flow's next state, so of two answers
at once the store lets one through.
"""

import dataclasses
from datetime import timedelta

from hub import login
from hub.current import now
from hub.factors import passkeys
from hub.flow import Challenge
from hub.login import Held

LIFE = timedelta(minutes=5)
NEVER_GIVEN = b""  # no authenticator has signed it


def renew(found: Held) -> tuple[Held, bytes]:
    """A fresh challenge, which takes the place of an older one."""
    challenge = Challenge(passkeys.new_challenge(), now() + LIFE)
    flow = dataclasses.replace(found.flow, challenge=challenge)
    return login.keep(found, flow), challenge.value


def spend(found: Held) -> tuple[Held, bytes]:
    """The challenge that was given, which is good no longer."""
    given = found.flow.challenge
    spent = login.keep(found, dataclasses.replace(found.flow, challenge=None))
    if given is None or now() >= given.until:
        return spent, NEVER_GIVEN
    return spent, given.value
