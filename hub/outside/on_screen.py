"""SMS for development: messages are kept for `/dev/sms` and sent to no one."""

from hub.errors import HubError
from hub.seams import Clock
from hub.settings import Settings
from hub.store.inbox import DevelopmentInbox


class OnScreenSms:
    """Takes every message; refuses to exist outside development mode."""

    def __init__(self, settings: Settings, inbox: DevelopmentInbox, clock: Clock) -> None:
        if not settings.is_development:
            raise HubError("messages on screen are for development mode alone", "adapter-mode")
        self._inbox = inbox
        self._clock = clock

    def send(self, to: str, text: str) -> None:
        self._inbox.add(to, text, self._clock.now())
