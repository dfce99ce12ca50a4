"""Apache with mod_auth_mellon as service providers, configured as its manual says.

One Apache serves several of them, each under a path of its own with its own
entity id and metadata: mod_auth_mellon takes from a service provider's
metadata what it asks for.  A protected page shows the environment that the
application behind it would see.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.installation import free_port
from tests.interop.peers.hub_metadata import HubMetadata
from tests.interop.peers.identity import Identity, new_identity
from tests.interop.peers.processes import listening
from tests.interop.peers.sp_metadata import (
    ARTIFACT,
    PERSISTENT,
    POST,
    REDIRECT,
    SOAP,
    TRANSIENT,
    SpMetadata,
)

APACHE_MODULES = Path("/usr/lib/apache2/modules")  # where Debian keeps them
MODULES = (
    "mpm_event", "authn_core", "authz_core", "authz_user", "auth_mellon", "dir", "include", "mime",
)  # fmt: skip
SEEN = re.compile(r"^(MELLON_\w+|REMOTE_USER|REQUEST_URI)=(.*)$", re.M)
PAGE = "<pre>\n<!--#printenv -->\n</pre>\n"
CONTEXT_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


@dataclass(frozen=True, slots=True)
class Variation:
    """One of the service providers that this Apache is."""

    path: str
    signs: bool = True
    wants_encryption: bool = True
    sends_by_post: bool = False
    consumes_artifact: bool = False
    has_back_channel: bool = True  # is told of a logout by SOAP
    name_id_format: str = TRANSIENT
    asks: str = ""  # more lines of configuration


VARIATIONS = (
    Variation("signed"),
    Variation("signed-post", sends_by_post=True),
    Variation("unsigned", signs=False, wants_encryption=False),
    Variation("unsigned-post", signs=False, sends_by_post=True),
    Variation("plain", wants_encryption=False),
    Variation("persistent", name_id_format=PERSISTENT),
    Variation("artifact", consumes_artifact=True),
    Variation("front-channel", has_back_channel=False),
    Variation(
        "level-3",
        asks=f"MellonAuthnContextClassRef {CONTEXT_CLASS}PasswordProtectedTransport\n"
        "MellonAuthnContextComparisonType minimum",
    ),
    Variation(
        "level-4",
        asks=f"MellonAuthnContextClassRef {CONTEXT_CLASS}SmartcardPKI\n"
        "MellonAuthnContextComparisonType exact",
    ),
)


@dataclass(frozen=True, slots=True)
class Mellon:
    """The running Apache."""

    base: str
    folder: Path

    def page(self, variation: str, more: str = "") -> str:
        """The address of a protected page; `more` is its query."""
        return f"{self.base}/{variation}/index.shtml{more}"

    @property
    def front(self) -> str:
        """A page that nothing protects."""
        return f"{self.base}/"

    def endpoint(self, variation: str, name: str) -> str:
        return f"{self.base}/{variation}/saml/{name}"

    def login(self, variation: str, passive: bool) -> str:
        """Its own address to begin a login with, for the protected page."""
        asked = {"ReturnTo": self.page(variation), "IsPassive": str(passive).lower()}
        return f"{self.endpoint(variation, 'login')}?{urlencode(asked)}"

    def logout(self, variation: str, back: str) -> str:
        return f"{self.endpoint(variation, 'logout')}?{urlencode({'ReturnTo': back})}"

    def metadata_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.metadata.xml"))

    def log(self) -> str:
        return (self.folder / "error.log").read_text("utf-8", "replace")


def seen(page: str) -> dict[str, str]:
    """What the application behind mod_auth_mellon gets to know, from the text of its page."""
    return {name: html.unescape(value) for name, value in SEEN.findall(page)}


def described(base: str, variation: Variation, identity: Identity) -> SpMetadata:
    endpoints = f"{base}/{variation.path}/saml"
    consumer = (POST, f"{endpoints}/postResponse")
    if variation.consumes_artifact:
        consumer = (ARTIFACT, f"{endpoints}/artifactResponse")
    logout = (SOAP, REDIRECT) if variation.has_back_channel else (REDIRECT,)
    return SpMetadata(
        entity_id=f"{endpoints}/metadata",
        identity=identity,
        consumer=consumer,
        logout=tuple((binding, f"{endpoints}/logout") for binding in logout),
        signs=variation.signs,
        wants_encryption=variation.wants_encryption,
        name_id_format=variation.name_id_format,
    )


@contextmanager
def running_mellon(program: str, folder: Path, hub: HubMetadata) -> Iterator[Mellon]:
    """Apache in the foreground on a free port; as root it serves as nobody."""
    port = free_port()
    mellon = Mellon(f"http://127.0.0.1:{port}", folder)
    identity = new_identity(folder, "mellon")
    (folder / "hub.crt.pem").write_bytes(hub.certificate.read_bytes())
    (folder / "hub.xml").write_bytes(hub.document)
    (folder / "hub-by-post.xml").write_bytes(hub.without_redirect_login())
    (folder / "pages").mkdir()
    (folder / "pages" / "index.shtml").write_text("You are out.", "ascii")
    for variation in VARIATIONS:
        text = described(mellon.base, variation, identity).xml()
        (folder / f"{variation.path}.metadata.xml").write_text(text, "utf-8")
        (folder / "pages" / variation.path).mkdir()
        (folder / "pages" / variation.path / "index.shtml").write_text(PAGE, "ascii")
    configuration = folder / "apache.conf"
    configuration.write_text(configured(port, folder, identity), "utf-8")
    command = (program, "-d", str(folder), "-f", str(configuration), "-D", "FOREGROUND")
    with listening(command, port, folder / "error.log"):
        yield mellon


def configured(port: int, folder: Path, identity: Identity) -> str:
    return "\n".join(
        (
            *(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in MODULES),
            f"Listen 127.0.0.1:{port}",
            f"ServerName 127.0.0.1:{port}",
            "User nobody",
            "Group nogroup",
            f"PidFile {folder}/apache.pid",
            f"Mutex file:{folder}",
            f"ErrorLog {folder}/error.log",
            "LogLevel warn auth_mellon:info",
            f"DocumentRoot {folder}/pages",
            "DirectoryIndex index.shtml",
            "AddType text/html .shtml",
            "AddOutputFilter INCLUDES .shtml",
            "StartServers 1",
            "ServerLimit 1",
            "MaxRequestWorkers 25",
            "TypesConfig /dev/null",
            f"MellonLockFile {folder}/mellon.lock",
            f"<Directory {folder}/pages>",
            "Options +Includes",
            "Require all granted",
            "</Directory>",
            *(protected(each, folder, identity) for each in VARIATIONS),
            "",
        )
    )


def protected(variation: Variation, folder: Path, identity: Identity) -> str:
    """The part of one service provider.  It checks the signature of the hub's metadata itself."""
    hub = f"{folder}/hub.xml {folder}/hub.crt.pem"
    if variation.sends_by_post:
        hub = f"{folder}/hub-by-post.xml"
    return "\n".join(
        (
            f"<Location /{variation.path}>",
            "AuthType Mellon",
            "Require valid-user",
            "MellonEnable auth",
            f"MellonVariable {variation.path}",
            "MellonSecureCookie On",
            f"MellonCookiePath /{variation.path}",
            f"MellonEndpointPath /{variation.path}/saml",
            f"MellonSPMetadataFile {folder}/{variation.path}.metadata.xml",
            f"MellonSPPrivateKeyFile {identity.key}",
            f"MellonSPCertFile {identity.certificate}",
            f"MellonIdPMetadataFile {hub}",
            variation.asks,
            "</Location>",
        )
    )
