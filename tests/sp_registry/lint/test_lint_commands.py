"""`minid sp lint`: what it prints, writes, and how it ends."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from sp_registry import commands
from sp_registry.lint.catalogue import RULES
from sp_registry.lint.fix_texts import TEXTS
from tests.sp_registry.lint.lint_samples import EXPIRED, NOW, a_consumer, a_document, codes

ROOT = Path(__file__).parents[3]
Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run() -> Run:
    parser = argparse.ArgumentParser("minid")
    commands.add_parsers(parser.add_subparsers())

    def running(*arguments: object) -> tuple[int, list[str]]:
        told: list[str] = []
        args = parser.parse_args(["sp", "lint", *map(str, arguments)])
        return args.run_alone(args, NOW, told.append), told

    return running


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def written(document: bytes, name: str = "sp.xml") -> Path:
        (tmp_path / name).write_bytes(document)
        return tmp_path / name

    return written


SOUND = a_document()
ADVICE = a_document(formats="")
WEAK = a_document(logout="")
BROKEN = a_document(attributes=EXPIRED)


@pytest.mark.parametrize(
    ("document", "severity", "status"),
    [
        (SOUND, "advice", 0),
        (ADVICE, None, 0),
        (ADVICE, "advice", 1),
        (WEAK, None, 0),
        (WEAK, "weakens", 1),
        (WEAK, "breaks", 0),
        (BROKEN, None, 1),
        (b"", None, 2),
        (b"<html/>", "breaks", 2),
    ],
)
def test_the_status_tells_clean_found_and_unusable(
    run: Run, file: Callable[..., Path], document: bytes, severity: str | None, status: int
) -> None:
    asked = () if severity is None else ("--severity", severity)
    assert run(*asked, file(document))[0] == status


def test_less_bad_findings_than_asked_for_are_not_told(
    run: Run, file: Callable[..., Path]
) -> None:
    path = file(a_document(logout="", formats=""))
    assert len(run(path)[1]) == 2
    (told,) = run("--severity", "weakens", path)[1]
    assert "(logout-missing)" in told


def test_the_worst_file_decides(run: Run, file: Callable[..., Path], tmp_path: Path) -> None:
    other = a_document(entity_id="https://other.example.no")
    status, told = run(file(BROKEN), file(other, "other.xml"), tmp_path / "none.xml")
    assert status == 2
    assert run(file(BROKEN), file(other, "other.xml"))[0] == 1
    assert told[1] == f"{tmp_path}/other.xml: nothing found"
    assert told[2] == (
        f"{tmp_path}/none.xml: breaks logins: The file cannot be read: "
        "No such file or directory. (file-unreadable)"
    )


def test_a_line_names_place_severity_text_code_and_fix(
    run: Run, file: Callable[..., Path]
) -> None:
    path = file(ADVICE)
    assert run("--language", "nn", path)[1] == [
        f"{path}:1: advice: NameIDFormat manglar. Tenesta får ein mellombels identifikator "
        "(transient). (name-id-missing) [quick fix: add-name-id-format]"
    ]


def test_two_files_for_one_service_are_told(run: Run, file: Callable[..., Path]) -> None:
    status, told = run(file(SOUND), file(SOUND, "again.xml"))
    assert status == 1
    assert all("(entity-id-taken)" in line for line in told)


def test_production_and_the_agencys_number_are_asked_for(
    run: Run, file: Callable[..., Path]
) -> None:
    path = file(a_document(consumers=a_consumer("http://localhost/acs")))
    assert run(path)[0] == 0
    assert run("--production", path)[0] == 1


def test_json_is_what_the_documentation_says(run: Run, file: Callable[..., Path]) -> None:
    path = file(a_document(formats=""))
    told: dict[str, Any] = json.loads(run("--json", path)[1][0])
    (one,) = told["files"]
    (finding,) = one.pop("findings")
    assert told == {"version": 1, "production": False, "status": 0, "files": [one]}
    assert one == {
        "file": str(path),
        "entity_id": "https://sp.example.no/metadata",
        "worst": "advice",
        "fixed": [],
    }
    assert {key: finding[key] for key in ("code", "severity", "line", "path")} == {
        "code": "name-id-missing",
        "severity": "advice",
        "line": 1,
        "path": "EntityDescriptor/SPSSODescriptor",
    }
    assert set(finding["text"]) == set(finding["fix"]["text"]) == {"nn", "nb", "en", "se"}
    assert finding["fix"]["name"] == "add-name-id-format"


def test_fix_writes_the_better_document_and_judges_that(
    run: Run, file: Callable[..., Path], tmp_path: Path
) -> None:
    path, out = file(BROKEN), tmp_path / "out.xml"
    status, told = run("--fix", out, path)
    assert status == 0
    assert told[0].endswith("(remove-valid-until)")
    assert codes(out.read_bytes()) == []
    assert path.read_bytes() == BROKEN


def test_fix_takes_one_file_and_says_when_it_cannot_write(
    run: Run, file: Callable[..., Path], tmp_path: Path
) -> None:
    path = file(SOUND)
    assert run("--fix", tmp_path / "out.xml", path, path)[0] == 2
    status, told = run("--fix", tmp_path, path)
    assert (status, told) == (2, [f"{tmp_path}: not written: Is a directory"])


def test_it_reads_standard_input_and_writes_the_better_document_to_standard_output(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(BROKEN)))
    status, told = run("--fix", "-", "-")
    written = capsysbinary.readouterr()
    assert (status, told, codes(written.out)) == (0, [], [])
    assert b"-: nothing found" in written.err and b"(remove-valid-until)" in written.err


def test_sarif_has_a_rule_for_each_result_and_a_place(
    run: Run, file: Callable[..., Path]
) -> None:
    path = file(BROKEN, "my sp.xml")
    whole = json.loads(run("--format", "sarif", path)[1][0])
    (one,) = whole["runs"]
    (result,) = one["results"]
    assert whole["version"] == "2.1.0"
    assert one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert (result["ruleId"], result["level"]) == ("metadata-expired", "error")
    assert result["message"]["text"].startswith("validUntil passed at 2026-11-01")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/my%20sp.xml")
    assert place["region"] == {"startLine": 1}


def test_github_is_told_in_its_own_commands(run: Run, file: Callable[..., Path]) -> None:
    path = file(WEAK, "a,b.xml")
    (told,) = run("--format", "github", path)[1]
    start = f"::warning file={path.parent}/a%2Cb.xml,line=1,title=logout-missing::Single"
    assert told.startswith(start)


def test_it_needs_no_installation_no_settings_and_no_home(
    file: Callable[..., Path], tmp_path: Path
) -> None:
    path = file(WEAK)
    done = subprocess.run(
        [sys.executable, "-m", "hub.commands", "sp", "lint", "--severity", "weakens", path],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "(logout-missing)" in done.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["sp.xml"]


def test_the_documentation_names_every_finding_and_quick_fix() -> None:
    written = (ROOT / "docs" / "lint.md").read_text()
    missing = [name for name in (*RULES, *TEXTS) if f"`{name}`" not in written]
    assert missing == []
