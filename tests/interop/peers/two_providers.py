"""The two service providers that each library is: one that does all, and one that does least."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.interop.peers.identity import Identity
from tests.interop.peers.sp_metadata import POST, REDIRECT, SpMetadata


@dataclass(frozen=True, slots=True)
class Provider:
    signs: bool
    wants_encryption: bool


PROVIDERS: Mapping[str, Provider] = {
    "full": Provider(signs=True, wants_encryption=True),
    "bare": Provider(signs=False, wants_encryption=False),
}


@dataclass(frozen=True, slots=True)
class TwoProviders:
    """A running server with both, each under its path."""

    base: str
    folder: Path

    def login(self, provider: str, **asked: str) -> str:
        """Where a login begins, with what it is to ask for."""
        return f"{self.base}/{provider}/login?{urlencode(asked)}"

    def page(self, provider: str) -> str:
        """Shows what was told, as JSON."""
        return f"{self.base}/{provider}/page"

    def consumer(self, provider: str) -> str:
        return f"{self.base}/{provider}/acs"

    def logout(self, provider: str, **asked: str) -> str:
        return f"{self.base}/{provider}/logout?{urlencode(asked)}"

    def write_metadata(self, identity: Identity) -> None:
        for path, provider in PROVIDERS.items():
            metadata = SpMetadata(
                entity_id=f"{self.base}/{path}/metadata",
                identity=identity,
                consumer=(POST, self.consumer(path)),
                logout=((REDIRECT, f"{self.base}/{path}/slo"),),
                signs=provider.signs,
                wants_encryption=provider.wants_encryption,
            )
            (self.folder / f"{path}.metadata.xml").write_text(metadata.xml(), "utf-8")

    def metadata_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.metadata.xml"))

    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")
