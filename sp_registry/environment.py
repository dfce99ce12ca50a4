"""Test and production: which environment a service provider is registered for.  Pure.

The environment is part of the key that the registry knows a service provider by, so the
same entityID may stand in both, with documents, policies, owners and histories of their
own, and nothing that happens to the one touches the other.  A hub answers for one
environment alone (setting `environment`); entries of the other are kept, reviewed and
published beside them, and no login finds them.

No entityID holds white space (`metadata.parse`), so no key is also somebody's entityID.
"""

from enum import StrEnum
from typing import Final


class Environment(StrEnum):
    PRODUCTION = "production"
    TEST = "test"


MARK: Final = "test "  # before the entityID of what is registered for test


def key_of(entity_id: str, environment: Environment) -> str:
    return f"{MARK}{entity_id}" if environment is Environment.TEST else entity_id
