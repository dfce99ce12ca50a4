"""`minid` from a shell: what it says, and how it ends."""

from pathlib import Path

import pytest

from hub import commands
from hub.settings import Settings


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell in an empty folder with the settings of a small installation."""
    monkeypatch.chdir(tmp_path)
    for name in ("MINID_SETTINGS", "MINID_MODE", "MINID_SAMPLES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINID_BASE_URL", "https://minid.example.no")
    monkeypatch.setenv("MINID_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("MINID_KEY_KIND", "p-256")
    return tmp_path


def test_init_makes_an_installation_with_its_first_snapshot(
    shell: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["init"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("made the key ring ")
    assert said[-1] == "snapshot 1 is in force"


def test_init_a_second_time_says_nothing_and_changes_no_key(
    shell: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main(["init"])
    keys = {path: path.read_bytes() for path in (shell / "instance" / "keys").iterdir()}
    capsys.readouterr()
    assert commands.main(["init"]) == 0
    assert capsys.readouterr().out == ""
    assert {path: path.read_bytes() for path in keys} == keys


def test_bad_settings_are_told_one_a_line(
    shell: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINID_BASE_URL", "http://minid.example.no")
    monkeypatch.setenv("MINID_COLOUR", "blue")
    assert commands.main(["init"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "minid: MINID_COLOUR is not a setting (settings)",
        "minid: MINID_BASE_URL is http; production serves https alone (settings)",
    ]


def test_an_error_is_one_sentence_with_its_code(
    shell: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["sp", "list"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("minid: ") and line.endswith(")")


def test_a_file_that_is_refused_ends_with_one(
    shell: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main(["init"])
    (shell / "sp.xml").write_text("<nothing/>")
    assert commands.main(["sp", "add", str(shell / "sp.xml")]) == 1
    assert "sp.xml: refused: " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["sp"], ["sp", "add"]])
def test_what_is_no_command_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        commands.main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: minid")


def test_the_registry_is_given_what_the_settings_say(shell: Path) -> None:
    commands.main(["init"])
    settings = Settings.from_environ(
        {
            "MINID_BASE_URL": "https://minid.example.no",
            "MINID_INSTANCE": str(shell / "instance"),
            "MINID_SINGLE_APPROVER": "True",
        }
    )
    context = commands.registry_context(settings)
    assert (context.mode.production, context.mode.single_approver) == (True, True)
    assert context.who.startswith("shell:")
