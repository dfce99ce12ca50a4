"""What an agency remembers of its request until the answer comes."""

import secrets
from dataclasses import dataclass, field


def new_message_id() -> str:
    """160 random bits (C§1.3.4), behind an underscore since an xs:ID is a name."""
    return f"_{secrets.token_hex(20)}"


@dataclass(frozen=True, slots=True)
class AskedLogout:
    agency: str
    request_id: str = field(default_factory=new_message_id)


@dataclass(frozen=True, slots=True)
class Asked:
    agency: str
    service: str
    request_id: str = field(default_factory=new_message_id)
