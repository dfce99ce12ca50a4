"""An SMS gateway over HTTP, whichever format it speaks."""

from hub.gateway.account import Account
from hub.gateway.http_format import HttpFormat, require_taken
from hub.outside.http_post import ANSWER_SECONDS, post
from hub.seams.outside import Sms


class HttpGateway:
    def __init__(
        self,
        account: Account,
        sender: str,
        format: HttpFormat,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._account = account
        self._sender = sender
        self._format = format
        self._answer_seconds = answer_seconds

    def send(self, sms: Sms) -> str:
        posting = self._format.posting(self._account, self._sender, sms)
        status, body = post(self._account.url, posting, self._answer_seconds)
        require_taken(status)
        return self._format.taken(body)
