"""The print provider over SFTP: batches go there, reports are fetched from there.

The server's key is pinned and ours is the only way in: no password, no agent, no other key
of this machine.  A batch is written under a name of its own, and gets its right name when it
is there whole; SFTP's rename replaces nothing, so of two processes one is first and the
other finds the work done.  A report is used before it is put aside, and one that is used
twice tells no news: so whoever is killed, none is lost.  paramiko is the extra `sftp`.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import paramiko

from hub.errors import OutsideFailed
from hub.letters.batch_file import name_of, write_zip
from hub.letters.printer_account import PrinterAccount
from hub.letters.reconciliation import BadReport
from hub.seams.letters import Batch
from hub.seams.outbox import Breakers
from hub.seams.outside import Clock

NAME = "letters-sftp"  # of its breaker
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
LARGEST_REPORT = 16 * 1024 * 1024  # bytes
REPORT, USED, REFUSED = ".csv", ".done", ".bad"
FAULTS = (OSError, EOFError, paramiko.SSHException)

log = logging.getLogger("minid")
logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # what fails is told by our errors


class SftpPrinter:
    def __init__(self, account: PrinterAccount, breakers: Breakers, clock: Clock) -> None:
        self._account = account
        self._breakers = breakers
        self._clock = clock

    def hand_over(self, batch: Batch) -> None:
        whole = BytesIO()
        write_zip(whole, batch)
        with self._session() as server:
            server.chdir(self._account.folder)
            if exists(server, name_of(batch)):
                return
            for left in unfinished(server, batch):
                with suppress(FileNotFoundError):
                    server.remove(left)
            upload(server, name_of(batch), whole.getvalue())

    def take_reports(self, use: Callable[[str], object]) -> int:
        """Give each report to `use`, then put it aside; how many there were."""
        if not self._account.reports:
            return 0
        with self._session() as server:
            server.chdir(self._account.reports)
            names = sorted(name for name in server.listdir() if name.endswith(REPORT))
            for name in names:
                take_report(server, name, use)
        return len(names)

    @contextmanager
    def _session(self) -> Iterator[Any]:
        if not self._breakers.may_try(NAME, self._clock.now()):
            raise OutsideFailed("the printer is left alone for a while", code="printer-resting")
        try:
            with paramiko.SSHClient() as client:
                yield self._opened(client)
        except FAULTS as fault:
            self._breakers.failed(NAME, self._clock.now())
            # Its own words name the account and our paths.
            raise OutsideFailed(
                f"the printer's server: {type(fault).__name__}", code=code_of(fault)
            ) from None
        self._breakers.worked(NAME)

    def _opened(self, client: Any) -> Any:
        account = self._account
        # Any other key is refused by paramiko's own policy.
        name = f"[{account.host}]:{account.port}" if account.port != 22 else account.host
        pinned = paramiko.hostkeys.HostKeyEntry.from_line(f"{name} {account.host_key}")
        client.get_host_keys().add(name, pinned.key.get_name(), pinned.key)
        client.connect(
            account.host,
            account.port,
            account.user,
            key_filename=account.key,
            allow_agent=False,
            look_for_keys=False,
            timeout=CONNECT_SECONDS,
            banner_timeout=CONNECT_SECONDS,
            auth_timeout=CONNECT_SECONDS,
            channel_timeout=CONNECT_SECONDS,
        )
        server = client.open_sftp()
        server.get_channel().settimeout(ANSWER_SECONDS)
        return server


def code_of(fault: BaseException) -> str:
    if isinstance(fault, paramiko.BadHostKeyException):
        return "printer-host-key"
    if isinstance(fault, paramiko.AuthenticationException):
        return "printer-account"
    if isinstance(fault, (FileNotFoundError, PermissionError)):
        return "printer-refused"
    return "printer-away"


def upload(server: Any, name: str, content: bytes) -> None:
    """There whole or not at all; what another process has put there stays."""
    part = f".{name}.{secrets.token_hex(4)}.part"
    with server.open(part, "wb") as file:
        file.set_pipelined(True)
        file.write(content)
    if server.stat(part).st_size != len(content):
        raise EOFError
    try:
        server.rename(part, name)
    except OSError:
        if not exists(server, name):
            raise
        with suppress(OSError):  # another process was faster
            server.remove(part)


def unfinished(server: Any, batch: Batch) -> list[str]:
    """What a process that died has left of this batch."""
    begins = f".{name_of(batch)}."
    return [each for each in server.listdir() if each.startswith(begins)]


def exists(server: Any, name: str) -> bool:
    try:
        server.stat(name)
    except FileNotFoundError:
        return False
    return True


def take_report(server: Any, name: str, use: Callable[[str], object]) -> None:
    with server.open(name, "rb") as file:
        content = file.read(LARGEST_REPORT + 1)
    try:
        use(text_of(content))
    except BadReport as fault:
        log.error("report %s: %s: %s", name, fault.code, fault.detail)
        server.posix_rename(name, name + REFUSED)
    else:
        server.posix_rename(name, name + USED)


def text_of(content: bytes) -> str:
    if len(content) > LARGEST_REPORT:
        raise BadReport(f"the report is larger than {LARGEST_REPORT} bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadReport("the report is not UTF-8") from None
