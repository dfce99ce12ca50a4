"""The SMS gateways of this installation, by name, and the countries that they may serve."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import phonenumbers

from hub.errors import OutsideFailed
from hub.seams.logins import Attempts, Limit
from hub.seams.outside import Clock, Sms

DAY = timedelta(days=1)


class Gateway(Protocol):
    def send(self, sms: Sms) -> str: ...


class SmsGateways:
    """`hub.seams.outside.SmsSender`: what a country's messages cost in a day has an end.

    A message counts when it is handed over, whatever becomes of it.
    """

    def __init__(
        self,
        gateways: Mapping[str, Gateway],
        countries: Mapping[str, int],
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._gateways = gateways
        self._countries = countries
        self._attempts = attempts
        self._clock = clock

    @property
    def gateways(self) -> Sequence[str]:
        return tuple(self._gateways)

    def send(self, sms: Sms, gateway: str) -> str:
        known = self._gateways.get(gateway)
        if known is None:  # was taken out of the settings while a message waited for it
            raise OutsideFailed(f"no gateway is called {gateway}", code="sms-no-gateway")
        self._require_allowed(country_of(sms.to))
        return known.send(sms)

    def _require_allowed(self, country: str) -> None:
        most = self._countries.get(country)
        if most is None:
            raise OutsideFailed(
                f"no messages go to country {country}", permanent=True, code="sms-country"
            )
        limit = Limit("sms-country", free=most, longest=DAY, window=DAY, most=most)
        if self._attempts.charge(limit, country, self._clock.now()) is not None:
            raise OutsideFailed(
                f"{most} messages went to country {country} within a day",
                permanent=True,
                code="sms-country-full",
            )


def country_of(number: str) -> str:
    """The country code of a number in E.164; empty if it is none."""
    try:
        return str(phonenumbers.parse(number).country_code)
    except phonenumbers.NumberParseException:
        return ""
