"""What stands in for an SMS gateway where none is set up: it says so.

A login then asks for a PIN code instead.
"""

from hub.errors import OutsideFailed


class NoGateway:
    def send(self, to: str, text: str) -> None:
        raise OutsideFailed("no SMS gateway is set up", permanent=True, code="sms-no-gateway")
