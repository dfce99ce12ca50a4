"""Webhooks: addresses at which programs of a team are told what its people are told by mail.

Address and secrets are sealed in the database; a secret is shown once.  Sending is the hub's,
and so is judging where an address leads.  How messages fared is in `hook_calls`.
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from sp_registry import addresses, tables
from sp_registry.errors import RegistryError
from sp_registry.hook_signing import a_secret
from sp_registry.humans import STAFF
from sp_registry.seams import Audit, Database, Vault
from sp_registry.staff import Colleague, Staff

LONGEST_URL = 2048
MOST = 10  # of one organisation
BOTH = timedelta(hours=24)  # a secret that was changed still signs, beside the new one


class BadHook(RegistryError):
    """`hook-address` or `hook-many`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    organisation: str | None  # None: what administrators are told
    url: str = field(repr=False)  # may hold a secret of theirs
    secret: str = field(repr=False)
    former: str | None = field(repr=False)  # the secret before this one
    renewed_at: datetime
    made_by: str  # or whoever renewed its secret last
    made_at: datetime

    def is_of(self, who: Colleague) -> bool:
        return is_own(self.organisation, who)

    def has_two(self, now: datetime) -> bool:
        return self.former is not None and now - self.renewed_at < BOTH

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Those that sign now, the newest first."""
        return (self.secret, self.former) if self.former and self.has_two(now) else (self.secret,)


def is_own(organisation: str | None, who: Colleague) -> bool:
    return who.decides if organisation is None else organisation in who.organisations


class Hooks:
    def __init__(self, database: Database, audit: Audit, vault: Vault) -> None:
        self._database = database
        self._audit = audit
        self._vault = vault

    def make(
        self, organisation: str | None, url: str, http_hosts: Collection[str], by: str,
        now: datetime,
    ) -> Hook:  # fmt: skip
        """A new webhook.  Raises BadHook."""
        _require_usable(url, http_hosts)
        if len(self.of(organisation)) >= MOST:
            raise BadHook("hook-many", f"An organisation has {MOST} webhooks at most.")
        id = secrets.token_hex(16)
        made = Hook(id, organisation, url, a_secret(), None, now, by, now)
        self._audit("hook-made", by, now, told_of(made))
        row = {
            "id": id, "organisation": organisation, "made_by": by, "made_at": now,
            "renewed_at": now, "sealed": self._sealed(made),
        }  # fmt: skip
        self._database.write(
            lambda connection: connection.execute(insert(tables.care_hook), row).rowcount
        )
        return made

    def renew(self, hook: Hook, by: str, now: datetime) -> Hook:
        """The same with a new secret, answered for by whoever asks for it from now on."""
        self._audit("hook-renewed", by, now, told_of(hook))
        renewed = Hook(
            hook.id, hook.organisation, hook.url, a_secret(), hook.secret, now, by, hook.made_at
        )
        table = tables.care_hook
        changed = (
            update(table)
            .where(table.c.id == hook.id)
            .values(made_by=by, renewed_at=now, sealed=self._sealed(renewed))
        )
        self._database.write(lambda connection: connection.execute(changed).rowcount)
        return renewed

    def remove(self, hook: Hook, by: str, now: datetime) -> None:
        self._audit("hook-removed", by, now, told_of(hook))
        calls, hooks = tables.care_hook_call, tables.care_hook

        def job(connection: Connection) -> None:
            connection.execute(delete(calls).where(calls.c.hook == hook.id))
            connection.execute(delete(hooks).where(hooks.c.id == hook.id))

        self._database.write(job)

    def find(self, id: str) -> Hook | None:
        found = self._read(tables.care_hook.c.id == id)
        return found[0] if found else None

    def of(self, organisation: str | None) -> list[Hook]:
        """The oldest first."""
        return self._read(tables.care_hook.c.organisation == organisation)

    def works(self, hook: Hook) -> bool:
        """Whether who answers for it still has the role that it was made in."""
        return self._may(hook.made_by, hook.organisation)

    def working(self, organisation: str | None) -> list[str]:
        """The ids of those that messages go out to; nothing sealed is opened for that."""
        table = tables.care_hook
        wanted = select(table.c.id, table.c.made_by).where(table.c.organisation == organisation)
        rows = self._database.read(lambda connection: connection.execute(wanted).all())
        return [row.id for row in rows if self._may(row.made_by, organisation)]

    def _may(self, by: str, organisation: str | None) -> bool:
        who = Staff(self._database, self._audit).find(by.removeprefix(STAFF))
        return who is not None and is_own(organisation, who)

    def _read(self, rule: ColumnElement[bool]) -> list[Hook]:
        wanted = select(tables.care_hook).where(rule).order_by(tables.care_hook.c.made_at)
        return self._database.read(
            lambda connection: [self._opened(row) for row in connection.execute(wanted)]
        )

    def _sealed(self, hook: Hook) -> bytes:
        kept = {"url": hook.url, "secret": hook.secret, "former": hook.former}
        return self._vault.seal(json.dumps(kept).encode(), _place(hook.id))

    def _opened(self, row: Row[tuple[object, ...]]) -> Hook:
        read = json.loads(self._vault.open(row.sealed, _place(row.id)))
        return Hook(
            row.id, row.organisation, read["url"], read["secret"], read["former"],
            row.renewed_at, row.made_by, row.made_at,
        )  # fmt: skip


def told_of(hook: Hook) -> Mapping[str, str]:
    """What the audit log has of it."""
    return {"hook": hook.id, "organisation": hook.organisation or ""}


def _require_usable(url: str, http_hosts: Collection[str]) -> None:
    fault = "it is too long" if len(url) > LONGEST_URL else None
    fault = fault or (None if url.isascii() else "it is not ASCII")
    fault = fault or addresses.fault_of(url, http_hosts)
    if fault is not None:
        raise BadHook("hook-address", f"The address cannot be used: {fault}.")


def _place(id: str) -> str:
    return f"care_hook:{id}"
