"""What prints letters, by the settings: typesetter, printer, the printer's certificate.

Development is its own printer: it makes a key pair that opens the letters again for
`/dev/letters`.  Production without a certificate prints nothing.
"""

import logging
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from certs.make_key import KeyKind, make_key
from hub.errors import HubError
from hub.letters.notice_printing import print_notices
from hub.letters.printing import Office, Printer, Provider, hand_over_all, print_due, take_back
from hub.letters.receiving import receive_all
from hub.letters.reconciliation import read_report
from hub.letters.sealing import PrinterUnusable, opened, read_certificate
from hub.outside.print_folder import PrintFolder
from hub.outside.typesetter import TypstTypesetter
from hub.seams.letters import LetterState, SealedLetter
from hub.seams.outbox import Breakers, MessageKind, MessageState
from hub.seams.outside import Clock
from hub.seams.registers import PopulationRegister
from hub.seams.store import Store
from hub.settings import Settings

PRINTER = "printer"

log = logging.getLogger("minid")


def can_set() -> bool:
    """Whether the extra `letters` is installed."""
    return find_spec("typst") is not None


def office_of(
    settings: Settings, store: Store, register: PopulationRegister, clock: Clock
) -> Office:
    """All that printing needs; raises HubError for what is missing."""
    contacts = (settings.support_phone, settings.support_email)
    return Office(
        store=store,
        register=register,
        typesetter=TypstTypesetter(),
        certificate=read_certificate(_certificate_pem(settings, clock.now()), clock.now()),
        clock=clock,
        help_contacts=tuple(each for each in contacts if each),
    )


def provider_of(settings: Settings, breakers: Breakers, clock: Clock) -> Provider | None:
    """The print provider's server; its adapter is loaded only where a setting names it."""
    if not settings.letters_sftp_url:
        return None
    try:
        adapter: Any = import_module("hub.outside.print_sftp")
    except ModuleNotFoundError as fault:
        if fault.name != "paramiko":
            raise
        raise HubError("SFTP needs paramiko: pip install 'minid-hub[sftp]'", "extra-missing") from (
            None
        )
    made: Provider = adapter.SftpPrinter(settings.printer_account, breakers, clock)
    return made


def printer_of(settings: Settings, breakers: Breakers, clock: Clock) -> Printer | None:
    """Where the worker puts batches; None: it prints none, and somebody does from a shell."""
    if settings.letters_sftp_url:
        return provider_of(settings, breakers, clock)
    if settings.letters_folder:
        return PrintFolder(Path(settings.letters_folder))
    return PrintFolder(settings.instance / "letters") if settings.is_development else None


def _certificate_pem(settings: Settings, now: datetime) -> bytes:
    if settings.letters_certificate:
        path = Path(settings.letters_certificate)
    elif settings.is_development:
        path = _own_certificate(settings, now)
    else:
        raise HubError(
            "MINID_LETTERS_CERTIFICATE is missing: the print provider's certificate",
            "printer-certificate",
        )
    try:
        return path.read_bytes()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise HubError(
            f"the print provider's certificate {path} cannot be read: {reason}",
            "printer-certificate",
        ) from None


def _own_certificate(settings: Settings, now: datetime) -> Path:
    path = settings.keys / f"{PRINTER}-1.crt.pem"
    if not path.exists():
        make_key(settings.keys, PRINTER, KeyKind.RSA_2048, "MinID hub development printer", now, 1)
    return path


class PrintRoom:
    """The worker's: prints what is due and hands it over, with one typesetter for its life.

    Nothing is loaded before there is something to print.
    """

    def __init__(
        self, settings: Settings, store: Store, register: PopulationRegister, clock: Clock
    ) -> None:
        self._settings = settings
        self._store = store
        self._register = register
        self._clock = clock
        self._office: Office | None = None

    def print_all(self) -> int:
        if not self._has_work():
            return 0
        printer = printer_of(self._settings, self._store.breakers, self._clock)
        if printer is None:
            return 0
        if not can_set():
            log.warning("letters wait: typst is missing (pip install 'minid-hub[letters]')")
            return 0
        office = self._made()
        try:
            return print_due(office) + print_notices(office)
        finally:  # what was rendered goes, though the register be away
            hand_over_all(office, printer)

    def take_back(self) -> int:
        """Tell the printer which letters not to post, if no batch has; how many."""
        printer = printer_of(self._settings, self._store.breakers, self._clock)
        return take_back(self._store, printer, self._clock.now()) if printer else 0

    def take_reports(self) -> int:
        """Fetch what the provider reports and put it on record; how many files."""
        provider = provider_of(self._settings, self._store.breakers, self._clock)
        return provider.take_reports(self._use) if provider else 0

    def _use(self, report: str) -> None:
        reported = read_report(report)
        tally = receive_all(self._store, reported, self._clock, lambda: None)
        log.info("a report of %s letters: %s", len(reported), tally)
        if tally.strange or tally.dead:
            log.warning("letters not ours: %s; posted out of use: %s", tally.strange, tally.dead)

    def _has_work(self) -> bool:
        letters = self._store.letters
        rendered = letters.counts().get(LetterState.RENDERED, 0)
        return bool(letters.due(1, self._clock.now())) or rendered > 0 or self._has_notices()

    def _has_notices(self) -> bool:
        kind, living = MessageKind.LETTER_NOTICE, (MessageState.WAITING, MessageState.SENDING)
        return any(
            queue.kind is kind and queue.state in living for queue in self._store.outbox.queues()
        )

    def _made(self) -> Office:
        if self._office is None:
            self._office = office_of(self._settings, self._store, self._register, self._clock)
        return self._office


class DevelopmentPrinter:
    """Opens what was sealed to development's own key; refuses to exist in production."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        if not settings.is_development:
            raise HubError("letters on screen are for development mode alone", "adapter-mode")
        self._folder = settings.keys
        self._clock = clock

    can_set = staticmethod(can_set)

    def pdf(self, letter: SealedLetter) -> bytes:
        """The letter in clear; raises PrinterUnusable if it was sealed to somebody else."""
        try:
            certificate = (self._folder / f"{PRINTER}-1.crt.pem").read_bytes()
            key = (self._folder / f"{PRINTER}-1.key.pem").read_bytes()
        except OSError:
            raise PrinterUnusable("this installation has no key that opens letters") from None
        try:
            return opened(letter.content, read_certificate(certificate, self._clock.now()), key)
        except ValueError:
            raise PrinterUnusable("the letter is sealed to another printer") from None
