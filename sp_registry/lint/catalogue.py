"""Every rule of the linter by its code: how bad a breach is, and how it is told.

What the registry would refuse, or not approve, breaks logins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sp_registry.lint import document_texts, endpoint_texts, key_texts
from sp_registry.lint.finding import Severity, Text


@dataclass(frozen=True, slots=True)
class Rule:
    severity: Severity
    text: Text


RULES: Final[Mapping[str, Rule]] = {
    code: Rule(severity, text)
    for severity, texts in (
        (Severity.BREAKS, document_texts.BREAKS),
        (Severity.WEAKENS, document_texts.WEAKENS),
        (Severity.ADVICE, document_texts.ADVICE),
        (Severity.BREAKS, endpoint_texts.BREAKS),
        (Severity.WEAKENS, endpoint_texts.WEAKENS),
        (Severity.ADVICE, endpoint_texts.ADVICE),
        (Severity.BREAKS, key_texts.BREAKS),
        (Severity.WEAKENS, key_texts.WEAKENS),
        (Severity.ADVICE, key_texts.ADVICE),
    )
    for code, text in texts.items()
}
