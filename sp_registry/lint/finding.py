"""What the linter says: findings, the quick fixes that mend them, and what it judges by."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from metadata.validate import DEVELOPMENT_HTTP_HOSTS


class Severity(StrEnum):
    """How bad it is, the worst first; the values are a public contract."""

    BREAKS = "breaks logins"  # cannot be taken in or approved, or no login ends well
    WEAKENS = "weakens security"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentences in Nynorsk, Bokmål, English and Northern Sámi."""

    nn: str
    nb: str
    en: str
    se: str

    def in_language(self, language: str) -> str:
        """In this language; in Bokmål where it is none of the four."""
        return self.by_language().get(language, self.nb)

    def filled(self, **values: str) -> "Text":
        return Text(**{code: text.format(**values) for code, text in self.by_language().items()})

    def by_language(self) -> dict[str, str]:
        return {"nn": self.nn, "nb": self.nb, "en": self.en, "se": self.se}


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the document that mends every finding that carries it.

    The result is a document of its own: without comments, and unsigned, for no
    signature outlives a change.
    """

    name: str  # stable, for forms and JSON
    text: Text
    apply: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, where it stands, and the quick fix if there is one."""

    code: str
    severity: Severity
    text: Text
    line: int | None = None  # None: the document as a whole
    path: str = ""  # such as EntityDescriptor/SPSSODescriptor/KeyDescriptor[2]
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class LintContext:
    """What a document is judged by, beside what stands in it."""

    now: datetime
    production: bool = False
    taken_entity_ids: Collection[str] = frozenset()  # of other service providers
    organisation_number: str | None = None  # the agency's, if it is known

    @property
    def http_hosts(self) -> Collection[str]:
        """Where plain http is good enough."""
        return () if self.production else DEVELOPMENT_HTTP_HOSTS
