"""The hub's own errors.  Each carries a stable code and a detail for the log.

What a citizen sees, which SAML status goes to the agency and how loudly the
log speaks is decided in one table, `hub/error_pages.py`.
"""

from datetime import datetime


class HubError(Exception):
    """A fault that the hub knows.  `detail` says what was found and what was wanted.

    No detail holds an identity number, a password or a code.
    """

    code = "internal"

    def __init__(self, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class RejectedRequest(HubError):
    """A message that may not be acted upon; `code` names the check that failed."""

    code = "request-malformed"


class FlowError(HubError):
    """The held login cannot go on in this browser at this address."""

    code = "flow-unknown"


class FlowOver(FlowError):
    """The login was answered or cancelled before; `leads_to` is its service's entityID."""

    code = "flow-over"

    def __init__(self, detail: str, leads_to: str | None) -> None:
        super().__init__(detail)
        self.leads_to = leads_to


class NotAwaited(FlowError):
    """The held login is at another step than the one this page belongs to."""

    code = "flow-other-step"

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"the flow awaits {found}, this page is for {expected}")
        self.expected = expected
        self.found = found


class TooManyAttempts(HubError):
    """A limit is reached; `retry_at` says when the next try is let through."""

    code = "too-many-attempts"

    def __init__(self, detail: str, retry_at: datetime) -> None:
        super().__init__(detail)
        self.retry_at = retry_at


class SessionEnded(HubError):
    """The session ended while its answer was being made; no assertion may leave."""

    code = "session-ended"


class OutsideFailed(HubError):
    """Something outside did not do as asked; `permanent` says if trying again can help."""

    code = "outside-failed"

    def __init__(self, detail: str, permanent: bool = False, code: str | None = None) -> None:
        super().__init__(detail, code)
        self.permanent = permanent


class OutcomeUnknown(OutsideFailed):
    """It broke off after the message may have been taken: nobody knows whether it was."""

    code = "outcome-unknown"
