"""`python -m bench.lint FOLDER`: the linter on a folder of real metadata documents.

Findings by code, documents by their worst finding, time for each document, and every quick
fix that is offered tried as a click (see `bench.promises`).  Judged as for production.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.promises import broken, offered
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.finding import Finding, LintContext
from sp_registry.lint.linter import lint, mended, worst

TIMES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    known = argparse.ArgumentParser(prog="python -m bench.lint", description=__doc__)
    known.add_argument("folder", type=Path, metavar="FOLDER")
    folder = known.parse_args(arguments).folder
    documents = {path.name: path.read_bytes() for path in sorted(folder.rglob("*.xml"))}
    if not documents:
        known.error(f"{folder} holds no *.xml")
    context = LintContext(datetime.now(UTC), production=True)
    judged = {name: lint(document, context) for name, document in documents.items()}
    show_findings(judged.values())
    show_times(documents.values(), context)
    return 0 if show_fixes(documents, context) else 1


def show_findings(judged: Iterable[tuple[Finding, ...]]) -> None:
    every = Counter(one.code for findings in judged for one in findings)
    documents = Counter(code for findings in judged for code in {one.code for one in findings})
    print("| code | severity | findings | documents |\n|---|---|---|---|")
    for code in sorted(every, key=lambda code: (list(RULES).index(code))):
        print(f"| `{code}` | {RULES[code].severity} | {every[code]} | {documents[code]} |")
    told = Counter(worst(findings) or "nothing found" for findings in judged)
    print("\n| worst finding | documents |\n|---|---|")
    for name, count in told.most_common():
        print(f"| {name} | {count} |")


def show_times(documents: Iterable[bytes], context: LintContext) -> None:
    spent = []
    for document in documents:
        runs = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            lint(document, context)
            runs.append(time.perf_counter() - begun)
        spent.append(min(runs) * 1000)
    print(f"\nA document takes {median(spent):.1f} ms (median), at most {max(spent):.1f} ms.\n")


def show_fixes(documents: dict[str, bytes], context: LintContext) -> bool:
    """False if any fix breaks a promise."""
    tried: Counter[str] = Counter()
    faults = []
    for name, document in documents.items():
        for fix in offered(document, context):
            tried[fix] += 1
            faults += [f"{name}: {fix}: {one}" for one in broken(document, fix, context)]
        if offered(mended(document, context)[0], context):
            faults.append(f"{name}: after all fixes one is still offered")
    print("| quick fix | documents, each mended by a click |\n|---|---|")
    for fix, count in sorted(tried.items()):
        print(f"| `{fix}` | {count} |")
    print("\n".join(faults) or f"\n{tried.total()} clicks, and every promise kept")
    return not faults


if __name__ == "__main__":
    sys.exit(main())
