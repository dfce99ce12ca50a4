"""The limits that guard against guessing, by name, with their numbers in English.

Failures and unanswered codes count; successes never do.  Delays grow rather
than lock, and a device that has logged in keeps an allowance of its own, so
that a stranger who knows a number cannot lock its owner out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.errors import HubError, TooManyAttempts
from hub.seams.logins import Attempts, Limit

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)

# Two free mistakes, then 2, 4, 8 … 900 seconds; 100 in a day.
PASSWORD = Limit("password", free=2, longest=QUARTER, window=DAY, most=100)
# The two codes of a first registration: the same delays, twenty tries a day.
REGISTRATION_PINS = Limit("registration-pins", free=2, longest=QUARTER, window=DAY, most=20)
# Wrong codes of a sheet in all its life (NIST 800-63B §5.2.2); its delays are the others'.
SHEET = Limit("sheet", free=100, longest=QUARTER, window=timedelta(days=3650), most=100)
# After a right password: five failures in a day put the sheet out of use for that day.
LOGIN_PIN = Limit("login-pin", free=4, longest=timedelta(minutes=1), window=DAY, most=5)
# That the sheet is out of use for the day is told once.
PINS_SUSPENDED = Limit("pins-suspended", free=1, longest=DAY, window=DAY, most=1)
# An authenticator app's codes after a right password, and that it is told: as with PIN codes.
LOGIN_TOTP = Limit("login-totp", free=4, longest=timedelta(minutes=1), window=DAY, most=5)
TOTP_SUSPENDED = Limit("totp-suspended", free=1, longest=DAY, window=DAY, most=1)
# Passkeys cannot be guessed, so failures only slow down: nobody is locked out of one.
LOGIN_PASSKEY = Limit("login-passkey", free=5, longest=timedelta(minutes=1), window=DAY)
# Codes that show a new app to be set up rightly; whoever tries is logged in already.
NEW_TOTP = Limit("new-totp", free=5, longest=timedelta(minutes=1), window=DAY)
# Wrong SMS codes over all logins of a person; each code also has five tries of its own.
SMS_CODE = Limit("sms-code", free=5, longest=QUARTER, window=DAY, most=50)
# SMS codes sent and not answered, per person and per number that they go to.
SMS_UNANSWERED = Limit("sms-unanswered", free=3, longest=QUARTER, window=DAY, most=10)
# Orders and blocks of PIN codes by whoever knows a number; they count whoever it is.
PINS_ASKED = Limit("pins-asked", free=3, longest=QUARTER, window=DAY, most=20)
# Codes to a registered mobile before a block, and tries of them, by the number alone.
PINS_CODE_SENT = Limit("pins-code-sent", free=2, longest=QUARTER, window=DAY, most=5)
PINS_CODE_TRIED = Limit("pins-code-tried", free=5, longest=QUARTER, window=DAY, most=30)
# Codes by mail that were not answered, per person and address; and tries of them.
MAIL_UNANSWERED = Limit("mail-unanswered", free=3, longest=QUARTER, window=DAY, most=10)
MAIL_CODE = Limit("mail-code", free=5, longest=QUARTER, window=DAY, most=50)
# What one of the help desk may look up in a day, and how many numbers that nobody has.
LOOK_UPS = Limit("support-look-ups", free=300, longest=DAY, window=DAY, most=300)
UNKNOWN_LOOKED_UP = Limit("support-unknown", free=20, longest=DAY, window=DAY, most=20)
# Failures of any kind from one address: a school or an office shares one, so it is wide.
ADDRESS = Limit("address", free=30, longest=timedelta(minutes=1), window=timedelta(hours=1))


class SheetOutOfUse(HubError):
    """So many wrong codes of a sheet were tried that none of its own is taken any more."""

    code = "sheet-out-of-use"


@dataclass(frozen=True, slots=True)
class Charge:
    """A try that was counted, to be refunded if it was right."""

    attempts: Attempts
    taken: tuple[tuple[Limit, str], ...]
    now: datetime

    def refund(self) -> None:
        for limit, subject in self.taken:
            self.attempts.refund(limit, subject, self.now)


def charge(attempts: Attempts, now: datetime, *asked: tuple[Limit, str]) -> Charge:
    """Count one try against each limit, or raise TooManyAttempts and count none."""
    taken: list[tuple[Limit, str]] = []
    for limit, subject in asked:
        retry_at = attempts.charge(limit, subject, now)
        if retry_at is not None:
            Charge(attempts, tuple(taken), now).refund()
            raise TooManyAttempts(f"the limit {limit.name} is reached", retry_at)
        taken.append((limit, subject))
    return Charge(attempts, tuple(taken), now)


def charge_sheet(attempts: Attempts, sheet_id: str, now: datetime) -> Charge:
    """Count one try of a sheet's codes; made-up sheets go out of use as well."""
    if attempts.charge(SHEET, sheet_id, now) is not None:
        raise SheetOutOfUse(f"{SHEET.most} wrong codes of one sheet were tried")
    return Charge(attempts, ((SHEET, sheet_id),), now)
