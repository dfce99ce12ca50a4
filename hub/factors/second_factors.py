"""Which second factors a person has, which is asked for first, and the way to the others.

Asked only after a right password, so a stranger learns nothing of anybody here.
"""

from collections.abc import Mapping

from hub import attempts
from hub.attempts import Charge
from hub.current import now, outside
from hub.errors import TooManyAttempts
from hub.flow import Awaiting
from hub.person import Person
from hub.seams.logins import Limit
from hub.sending import notices
from hub.sending.notices import Notice

# The strongest first: a passkey answers to our address alone, an app's code to whoever asks.
BUTTONS: Mapping[str, Awaiting] = {
    "use_passkey": Awaiting.PASSKEY,
    "use_totp": Awaiting.TOTP,
    "use_sms": Awaiting.SMS_CODE,
    "use_pin": Awaiting.LETTER_PIN,
}

ADDED = frozenset({Awaiting.PASSKEY, Awaiting.TOTP})  # by the person, at their own pages


def held_by(person: Person) -> tuple[Awaiting, ...]:
    """The person's second factors, the strongest first."""
    store = outside().store
    has = {
        Awaiting.PASSKEY: bool(store.methods.passkeys(person.id)),
        Awaiting.TOTP: store.methods.app(person.id) is not None,
        Awaiting.SMS_CODE: person.mobile is not None,
        Awaiting.LETTER_PIN: store.sheets.asked(person.id, 1) is not None,
    }
    return tuple(factor for factor in BUTTONS.values() if has[factor])


def first_of(person: Person) -> Awaiting:
    """What the person prefers, if it is there; else the strongest.  The page for PIN codes
    is the one that says so if there is nothing at all."""
    held = held_by(person)
    preferred = (factor for factor in held if factor == person.prefers)
    return next(preferred, held[0] if held else Awaiting.LETTER_PIN)


def added_by(person: Person) -> tuple[Awaiting, ...]:
    """Those that the person has set up: a passkey, an app."""
    return tuple(each for each in held_by(person) if each in ADDED)


def wishes(person: Person) -> tuple[tuple[str, bool], ...]:
    """What may be chosen to be asked for first, by name, and which it is now."""
    first, added = first_of(person), added_by(person)
    return tuple(
        (name.removeprefix("use_"), factor == first)
        for name, factor in BUTTONS.items()
        if factor not in ADDED or factor in added
    )


def wished(name: str, person: Person) -> str | None:
    """What to keep of such a choice: nothing where it is the strongest, so that one still
    stronger, when it is added, comes first."""
    factor = BUTTONS.get(f"use_{name}")
    held = held_by(person)
    return None if factor is None or factor in held[:1] else factor.value


def besides(person: Person, factor: Awaiting) -> Awaiting | None:
    """The strongest of the person's other factors, for when this one cannot be used now."""
    return next((each for each in held_by(person) if each != factor), None)


def chosen(form: Mapping[str, str], person: Person) -> Awaiting | None:
    """The other factor whose button was pressed, if the person has it."""
    pressed = next((factor for name, factor in BUTTONS.items() if name in form), None)
    return pressed if pressed is not None and pressed in held_by(person) else None


def others(person: Person, but: Awaiting) -> tuple[str, ...]:
    """The names of the buttons that lead to the person's other factors."""
    held = held_by(person)
    return tuple(name for name, factor in BUTTONS.items() if factor in held and factor != but)


def charged(person: Person, limit: Limit, told: Limit, notice: Notice) -> Charge:
    """One try of a code, counted.  When the last one of the day is used up, it is told once."""
    store = outside().store
    try:
        return attempts.charge(store.attempts, now(), (limit, person.id))
    except TooManyAttempts as fault:
        is_suspended = fault.retry_at > now() + limit.longest
        if is_suspended and store.attempts.charge(told, person.id, now()) is None:
            notices.tell(person.id, notice)
        raise
