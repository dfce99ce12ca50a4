"""docs/conformance.md names every requirement once, and tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "conformance.md").read_text("utf-8")
REQUIREMENTS = {"G": 4, "MD": 10, "ALG": 1, "IDP": 33}
ROW = re.compile(r"^\| (SDP-[A-Z]+\d\d) \| [^|]+ \| ([^|]+) \|$", re.M)
NAMED = re.compile(r"`(test_\w+)`")
FEATURE = re.compile(r"^\| [^|]+ \| `(tests/\S+\.py)` \| ([^|]+) \|$", re.M)
DEFINED = re.compile(r"^def (test_\w+)\(", re.M)


def defined_in(*folders: str) -> list[str]:
    files = [path for folder in folders for path in (ROOT / folder).rglob("test_*.py")]
    found = [DEFINED.findall(path.read_text("utf-8")) for path in files if path != Path(__file__)]
    return [name for names in found for name in names]


def test_every_requirement_has_one_row() -> None:
    wanted = [
        f"SDP-{kind}{number:02}"
        for kind, most in REQUIREMENTS.items()
        for number in range(1, most + 1)
    ]
    assert [requirement for requirement, _ in ROW.findall(TABLE)] == wanted


def test_a_row_passes_by_tests_of_its_own_or_says_why_it_does_not_apply() -> None:
    for requirement, result in ROW.findall(TABLE):
        named = NAMED.findall(result)
        own = requirement.lower().replace("-", "_") + "_"
        assert all(f"test_{own}" in name for name in named)
        assert result.startswith("pass" if named else "does not apply: ")


def test_every_test_that_is_named_exists() -> None:
    assert set(NAMED.findall(TABLE)) <= set(defined_in("tests"))


def test_every_test_of_a_feature_is_in_its_file() -> None:
    for path, named in FEATURE.findall(TABLE):
        defined = DEFINED.findall((ROOT / path).read_text("utf-8"))
        assert set(NAMED.findall(named)) <= set(defined)


def test_every_test_of_conformance_and_with_other_software_is_named() -> None:
    assert set(defined_in("tests/conformance", "tests/interop")) <= set(NAMED.findall(TABLE))
