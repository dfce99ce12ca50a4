"""What stands in for an SMS gateway where none is set up: it says so.

A login then asks for a PIN code instead.
"""

from collections.abc import Sequence

from hub.errors import OutsideFailed
from hub.seams.outside import Sms


class NoGateway:
    gateways: Sequence[str] = ()

    def send(self, sms: Sms, gateway: str) -> str:
        raise OutsideFailed("no SMS gateway is set up", permanent=True, code="sms-no-gateway")
