"""Identifiers of our own messages (Core §1.3.4: 128 random bits or more)."""

import secrets


def new_message_id() -> str:
    """`_` and 40 hexadecimal digits: 160 random bits, and a valid xs:ID."""
    return "_" + secrets.token_hex(20)
