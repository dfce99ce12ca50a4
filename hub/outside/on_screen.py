"""SMS for development: messages are kept for `/dev/sms` and sent to no one."""

from collections.abc import Sequence

from hub.errors import HubError
from hub.seams.outside import Clock, Sms
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox


class OnScreenSms:
    """Takes every message; refuses to exist outside development mode."""

    gateways: Sequence[str] = ("on-screen",)

    def __init__(self, settings: Settings, inbox: DevelopmentInbox, clock: Clock) -> None:
        if not settings.is_development:
            raise HubError("messages on screen are for development mode alone", "adapter-mode")
        self._inbox = inbox
        self._clock = clock

    def send(self, sms: Sms, gateway: str) -> str:
        self._inbox.add(sms.to, sms.text, self._clock.now())
        return sms.reference
