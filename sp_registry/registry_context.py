"""What the registry's commands have in common: what they work with, and how they are added."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certs.certificate import Certificate
from certs.signing_key import SigningKey
from sp_registry.desk import Desk
from sp_registry.onboarding import Mode
from sp_registry.parsers import Parsers
from sp_registry.rollouts import Rollouts
from sp_registry.seams import Audit, Database, Fetch
from sp_registry.traffic import Traffic
from sp_registry.watch import Watch

LANGUAGES = ("nb", "nn", "no", "en")  # in which names are looked for


@dataclass(frozen=True, slots=True)
class RegistryContext:
    """What the commands work with; `hub/commands.py` makes it from the settings."""

    database: Database
    directory: Path  # of the local snapshot files
    signing_key: SigningKey  # the hub's metadata key
    certificates: Sequence[Certificate]  # of every metadata key, old ones too
    clock: Callable[[], datetime]
    who: str
    mode: Mode
    audit: Audit
    write_out: Callable[[str], None]
    traffic: Traffic
    fetch: Fetch
    watch: Watch
    in_use: Callable[[str], Sequence[str]] = lambda _entity_id: ()  # lines on what it really uses

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.audit, self.mode)

    @property
    def rollouts(self) -> Rollouts:
        return Rollouts(self.database, self.audit, self.mode)


Handler = Callable[[RegistryContext, argparse.Namespace], int]


def leaf(
    commands: "Parsers[argparse.ArgumentParser]", name: str, help_text: str, handler: Handler
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text)
    parser.set_defaults(run=handler)
    return parser
