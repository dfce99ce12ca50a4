"""The page where a passkey is used: the browser signs a challenge of this very flow.

Each answer spends the challenge, right or wrong.  Without JavaScript the person chooses
another way.
"""

from collections.abc import Sequence

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hub import attempts, login
from hub.attempts import LOGIN_PASSKEY
from hub.current import note, now, outside, settings
from hub.factors import challenges, passkeys, second_factors
from hub.factors.passkey_forms import NO_PASSKEY, WRONG_PASSKEY, PasskeyForm, answer_in, saying
from hub.factors.passkeys import Answer, PasskeyRefused, RelyingParty
from hub.flow import Awaiting
from hub.login import Held
from hub.login_session import ProofKind
from hub.person import Person
from hub.seams.people import Passkey

passkey = Blueprint("passkey", __name__)


@passkey.get("/login/<handle>/passkey")
def ask(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.PASSKEY)
    return shown(held, PasskeyForm(), login.person_of(held.flow))


@passkey.post("/login/<handle>/passkey")
def check(handle: str) -> Response | str:
    held = login.at_step(handle, Awaiting.PASSKEY)
    person = login.person_of(held.flow)
    other = second_factors.chosen(request.form, person)
    if other is not None:
        return login.move(held, held.flow, other)
    answer = answer_in(PasskeyForm(request.form))
    if answer is None:
        return shown(held, saying(PasskeyForm(), NO_PASSKEY), person)
    charged = attempts.charge(outside().store.attempts, now(), (LOGIN_PASSKEY, person.id))
    held, challenge = challenges.spend(held)
    try:
        prove(person, challenge, answer)
    except PasskeyRefused as fault:
        note("passkey", f"refused: {fault}")
        outside().counters.count("login-failures", "passkey")
        return shown(held, saying(PasskeyForm(), WRONG_PASSKEY), person)
    charged.refund()
    note("passkey", "right")
    return login.log_in(held, held.flow.proved(ProofKind.PASSKEY, now()))


def prove(person: Person, challenge: bytes, answer: Answer) -> None:
    """Raises PasskeyRefused unless a passkey of this person has signed the challenge."""
    methods, party = outside().store.methods, RelyingParty.at(settings().base_url)
    known = the_one(methods.passkeys(person.id), answer)
    sign_count, is_backed_up = passkeys.used(party, challenge, answer, known.credential)
    if not methods.use_passkey(known.id, sign_count, is_backed_up, now()):
        raise PasskeyRefused("its counter did not grow")


def the_one(known: Sequence[Passkey], answer: Answer) -> Passkey:
    wanted = passkeys.from_base64url(answer.credential_id)
    found = next((each for each in known if each.credential.id == wanted), None)
    if found is None:
        raise PasskeyRefused("it is none of this person's")
    return found


def shown(held: Held, form: PasskeyForm, person: Person) -> Response | str:
    known = outside().store.methods.passkeys(person.id)
    if not known:  # the last one was removed meanwhile
        return login.move(held, held.flow, second_factors.first_of(person))
    held, challenge = challenges.renew(held)
    party = RelyingParty.at(settings().base_url)
    options = passkeys.request_options(party, challenge, [each.credential for each in known])
    others = second_factors.others(person, but=Awaiting.PASSKEY)
    return login.page("steps/passkey.html", form, held, options=options, others=others)
