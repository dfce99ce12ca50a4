"""One agency as a service provider: its addresses, its keys and its metadata (M§2.4.4)."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.agencies import Agency
from demo.keys import AgencyKeys

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Provider:
    agency: Agency
    base_url: str  # of all the agencies, without a slash at the end
    keys: AgencyKeys

    @property
    def home_url(self) -> str:
        return f"{self.base_url}/{self.agency.name}/"

    @property
    def entity_id(self) -> str:
        return f"{self.home_url}saml/metadata"

    def consumer_path(self, index: int) -> str:
        """Where the endpoint of this index listens; the default has the plain address."""
        place = f"/{self.agency.name}/saml/acs"
        return place if index == self.agency.consumers[0] else f"{place}/{index}"

    def consumer_url(self, index: int) -> str:
        return f"{self.base_url}{self.consumer_path(index)}"

    @property
    def logout_url(self) -> str:
        """Where the hub's messages of single logout come, both requests and answers."""
        return f"{self.home_url}saml/slo"


def metadata(provider: Provider) -> str:
    """The agency's EntityDescriptor.  Unsigned: whoever registers it reads it from its file."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("metadata.xml").render(
        provider=provider, agency=provider.agency, keys=provider.keys
    )


def write_metadata(provider: Provider, path: Path) -> None:
    path.write_text(metadata(provider), encoding="utf-8")
