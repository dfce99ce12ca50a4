"""The hub's settings: read once, frozen, strict, every fault reported together.

`MINID_*` variables win over the TOML file that `MINID_SETTINGS` names (else
`./instance/minid.toml` where there is one); a secret may stand in a file that
`MINID_<NAME>_FILE` names.  No setting weakens a check in production.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.gateway.account import LOOPBACK, Account
from hub.letters.printer_account import PrinterAccount
from hub.person import REAL_KINDS, TEST_KINDS, NumberKind
from hub.registers.access import TokenAccess, faults_of_address
from sp_registry.environment import Environment

MODES = ("development", "production")
KEY_KINDS = ("rsa-3072", "rsa-2048", "p-256", "p-384")
# Lower case and nothing after the port: it is compared with the Origin that browsers send.
ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
LOCAL_HOSTS = ("localhost", "127.0.0.1")
LOCAL_DOMAINS = (".localhost", ".test")
SENDER = re.compile(r"[A-Za-z0-9]{1,11}")  # what telephones show in place of a number
SHORTEST_SECRET = 16
ADDRESSES = ("base_url", "register_url", "contact_register_url")  # paths are added to them
# Norway, its neighbours and their islands; a day's messages to each, by country code.
COUNTRIES = "47:50000 46:2000 45:2000 358:1000 354:500 298:200 299:200"


class BadSettings(Exception):
    """The settings cannot be used; `faults` are all that is wrong with them."""

    code = "settings"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides.  Field names are the variables' names in lower case."""

    base_url: str
    mode: str = "production"
    environment: str = "production"  # or test: which service providers are answered
    instance: Path = Path("instance")
    entity_id: str = ""  # empty: <base>/saml/metadata
    database_url: str = field(default="", repr=False)  # empty: SQLite in the instance
    bind: str = "127.0.0.1:8080"
    workers: int = 2
    threads: int = 4
    key_kind: str = "rsa-3072"
    proxy_hops: int = 0  # how many proxies of our own stand in front
    single_approver: bool = False  # one administrator may approve alone; shown as a weakness
    support_email: str = ""
    support_phone: str = ""
    security_contact: str = ""  # for security.txt: mailto:… or https://…; empty: none is served
    security_expires: str = ""  # the day, such as 2027-06-30, until which that contact holds
    sms_gateway: str = ""  # link-xml, json or smpp; empty: on screen, in production none
    sms_url: str = ""
    sms_user: str = ""
    sms_password: str = field(default="", repr=False)
    sms2_gateway: str = ""  # takes over when the first fails
    sms2_url: str = ""
    sms2_user: str = ""
    sms2_password: str = field(default="", repr=False)
    sms_sender: str = "MinID"
    sms_countries: str = COUNTRIES
    sms_report_secret: str = field(default="", repr=False)  # empty: receipts are refused
    smtp_host: str = ""  # empty: on screen, in production mails wait
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    letters_folder: str = ""  # where the worker puts batches; empty: in production none
    letters_certificate: str = ""  # file with the print provider's certificate (PEM)
    letters_sftp_url: str = ""  # sftp://user@host/folder: batches go there, not to a folder here
    letters_sftp_key: str = ""  # file with the private key that opens the account
    letters_sftp_host_key: str = ""  # the server's public key: ssh-ed25519 AAAA…
    letters_sftp_reports: str = ""  # its folder of reports; empty: they are not fetched
    register_url: str = ""  # of Folkeregisteret; empty: made up, in production none
    register_scope: str = "folkeregister:deling/offentligmedhjemmel"
    contact_register_url: str = ""  # empty: what people have registered here
    contact_register_scope: str = "krr:global/kontaktinformasjon.read krr:global/digitalpost.read"
    register_token_url: str = ""  # Maskinporten's, for both registers
    register_token_audience: str = ""  # Maskinporten's own name: https://maskinporten.no/
    register_client: str = ""  # our name there
    register_key: str = ""  # file with the enterprise key (PEM)
    register_certificate: str = ""  # file with its certificate
    register_key_id: str = ""  # of a key registered there; empty: the certificate is sent along
    metrics_from: str = "127.0.0.0/8 ::1/128"  # networks that may read /metrics

    @property
    def sms_accounts(self) -> tuple[Account, ...]:
        """The gateways, the first choice first."""
        first = Account("first", self.sms_gateway, self.sms_url, self.sms_user, self.sms_password)
        second = Account(
            "second", self.sms2_gateway, self.sms2_url, self.sms2_user, self.sms2_password
        )
        return tuple(account for account in (first, second) if account.kind)

    @property
    def sms_limits(self) -> dict[str, int]:
        """How many messages may go to each country in a day, by country code."""
        pairs = (pair.partition(":") for pair in self.sms_countries.split())
        return {country.removeprefix("+"): int(most) for country, _, most in pairs}

    @property
    def printer_account(self) -> PrinterAccount:
        return PrinterAccount(
            url=self.letters_sftp_url,
            key=self.letters_sftp_key,
            host_key=self.letters_sftp_host_key,
            reports=self.letters_sftp_reports,
        )

    @property
    def register_access(self) -> TokenAccess:
        return TokenAccess(
            url=self.register_token_url,
            audience=self.register_token_audience,
            client=self.register_client,
            key=self.register_key,
            certificate=self.register_certificate,
            key_id=self.register_key_id,
        )

    @property
    def smtp_is_local(self) -> bool:
        return self.smtp_host in LOOPBACK

    @property
    def metrics_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in self.metrics_from.split())

    @property
    def is_development(self) -> bool:
        return self.mode == "development"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def own_entity_id(self) -> str:
        return self.entity_id or self.url("/saml/metadata")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance / 'minid.sqlite'}"

    @property
    def keys(self) -> Path:
        return self.instance / "keys"

    @property
    def snapshots(self) -> Path:
        return self.instance / "snapshots"

    @property
    def number_kinds(self) -> frozenset[NumberKind]:
        """Which identity numbers may log in: synthetic ones in development alone."""
        return TEST_KINDS if self.is_development else REAL_KINDS

    def url(self, path: str) -> str:
        """An address of ours, from the settings and never from a Host header."""
        return self.base_url + path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in force here; raises BadSettings with every fault at once."""
        values, faults = collected(environ)
        readers: dict[str, Callable[[str, str], object]] = {
            "instance": lambda name, value: Path(value).resolve(),
            "workers": positive,
            "threads": positive,
            "proxy_hops": whole,
            "single_approver": truth,
            "smtp_port": positive,
        }
        # Any: names and types are those of the table above.
        read: dict[str, Any] = {"base_url": "", "instance": Path("instance").resolve()}
        for name, value in values.items():
            try:
                read[name] = readers.get(name, plain)(name, value)
            except ValueError as fault:
                faults.append(str(fault))
        settings = cls(**read)
        faults.extend(settings.faults())
        if faults:
            raise BadSettings(faults)
        return settings

    def faults(self) -> list[str]:
        """Everything that is wrong with these values together."""
        found = []
        if self.environment not in set(Environment):
            found.append(
                f"MINID_ENVIRONMENT is {self.environment!r}, expected one of {tuple(Environment)}"
            )
        if self.mode not in MODES:
            found.append(f"MINID_MODE is {self.mode!r}, expected one of {MODES}")
        if fault := self.fault_of_address():
            found.append(fault)
        if self.key_kind not in KEY_KINDS:
            found.append(f"MINID_KEY_KIND is {self.key_kind!r}, expected one of {KEY_KINDS}")
        found += self.faults_of_contact()
        found += self.faults_of_messages() + self.faults_of_registers()
        return found + self.faults_of_networks()

    def faults_of_contact(self) -> list[str]:
        """What is wrong with the contact that security.txt names (RFC 9116 wants both lines)."""
        if not self.security_contact:
            return []
        found = []
        if not re.fullmatch(r"(mailto:[^\s@]+@|https://)[^\s]+", self.security_contact):
            found.append("MINID_SECURITY_CONTACT is no mailto: or https: address")
        try:
            date.fromisoformat(self.security_expires)
        except ValueError:
            found.append("MINID_SECURITY_EXPIRES is no day such as 2027-06-30")
        return found

    def faults_of_messages(self) -> list[str]:
        """What is wrong with the gateways and the mail server."""
        found = []
        for account in self.sms_accounts:
            found += account.faults("MINID_SMS" if account.name == "first" else "MINID_SMS2")
        if self.sms2_gateway and not self.sms_gateway:
            found.append("MINID_SMS2_GATEWAY is set without MINID_SMS_GATEWAY")
        found += self.faults_of_letters()
        if not SENDER.fullmatch(self.sms_sender):
            found.append(f"MINID_SMS_SENDER is {self.sms_sender!r}, expected at most 11 letters")
        if not all(re.fullmatch(r"\+?[1-9]\d{0,2}:\d{1,9}", p) for p in self.sms_countries.split()):
            found.append("MINID_SMS_COUNTRIES is not a list such as 47:50000 46:2000")
        if 0 < len(self.sms_report_secret) < SHORTEST_SECRET:
            found.append(f"MINID_SMS_REPORT_SECRET is shorter than {SHORTEST_SECRET} characters")
        if self.smtp_host and "@" not in self.mail_from:
            found.append("MINID_MAIL_FROM is missing: the address that mails come from")
        return found

    def faults_of_letters(self) -> list[str]:
        """What is wrong with the way to the print provider."""
        named = {
            "MINID_LETTERS_FOLDER": self.letters_folder,
            "MINID_LETTERS_SFTP_URL": self.letters_sftp_url,
        }
        where = [name for name, value in named.items() if value]
        found = []
        if len(where) == len(named):
            found.append(f"{' and '.join(where)} are both set: one printer is enough")
        if where and not (self.letters_certificate or self.is_development):
            found.append(f"{where[0]} is set without MINID_LETTERS_CERTIFICATE")
        if self.letters_sftp_url:
            found += self.printer_account.faults()
        elif self.letters_sftp_key or self.letters_sftp_host_key or self.letters_sftp_reports:
            found.append("MINID_LETTERS_SFTP_… is set without MINID_LETTERS_SFTP_URL")
        return found

    def faults_of_registers(self) -> list[str]:
        """What is wrong with the way to the national registers."""
        found = []
        urls = {
            "MINID_REGISTER_URL": self.register_url,
            "MINID_CONTACT_REGISTER_URL": self.contact_register_url,
        }
        for name, url in urls.items():
            found += faults_of_address(name, url) if url else []
        if any(urls.values()):
            return found + self.register_access.faults("MINID_REGISTER")
        if self.register_access != TokenAccess("", "", "", "", "", ""):
            found.append("MINID_REGISTER_… names a key or a client, and no register has an address")
        return found

    def faults_of_networks(self) -> list[str]:
        found = []
        for network in self.metrics_from.split():
            try:
                ip_network(network)
            except ValueError:
                found.append(f"MINID_METRICS_FROM has {network!r}, expected such as 10.0.0.0/8")
        return found

    def fault_of_address(self) -> str | None:
        """What is wrong with the base URL; it is an origin just as browsers write it."""
        if not self.base_url:
            return "MINID_BASE_URL is missing: the address that citizens see"
        if not ORIGIN.fullmatch(self.base_url):
            return f"MINID_BASE_URL is {self.base_url!r}, expected https://host without a path"
        if self.is_https:
            return None
        if not self.is_development:
            return "MINID_BASE_URL is http; production serves https alone"
        if not is_local(urlsplit(self.base_url).hostname or ""):
            return "MINID_BASE_URL is http for a host that is not of this machine"
        return None


def is_local(host: str) -> bool:
    """Whether a name can only mean this machine: there, development mode accepts http."""
    return host in LOCAL_HOSTS or host.endswith(LOCAL_DOMAINS)


def collected(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The raw values by field name, the environment over the file, and what is unknown."""
    known = {setting.name for setting in fields(Settings)}
    values, faults = from_file(environ, known)
    for variable, value in environ.items():
        if not variable.startswith("MINID_"):
            continue
        name = variable.removeprefix("MINID_").lower()
        if name in known:
            values[name] = value
        elif name.removesuffix("_file") in known and name.endswith("_file"):
            try:
                values[name.removesuffix("_file")] = Path(value).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as fault:
                reason = getattr(fault, "strerror", None) or "it is no text"
                faults.append(f"{variable} names a file that cannot be read: {reason}")
        elif name not in ("settings", "samples"):
            faults.append(f"{variable} is not a setting")
    return values, faults


def from_file(environ: Mapping[str, str], known: set[str]) -> tuple[dict[str, str], list[str]]:
    named = environ.get("MINID_SETTINGS")
    path = Path(named) if named else Path("instance/minid.toml")
    if not named and not path.exists():
        return {}, []
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        return {}, [f"the settings file {path} cannot be read: {fault}"]
    faults = [f"{name} in {path} is not a setting" for name in document if name not in known]
    return {name: str(value) for name, value in document.items() if name in known}, faults


def plain(name: str, value: str) -> str:
    return value.rstrip("/") if name in ADDRESSES else value


def positive(name: str, value: str) -> int:
    if whole(name, value) < 1:
        raise ValueError(f"MINID_{name.upper()} is {value!r}, expected 1 or more")
    return int(value)


def whole(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"MINID_{name.upper()} is {value!r}, expected a whole number")
    return int(value)


def truth(name: str, value: str) -> bool:
    if value not in ("True", "False"):
        raise ValueError(f"MINID_{name.upper()} is {value!r}, expected True or False")
    return value == "True"
