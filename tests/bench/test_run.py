"""The bench itself runs: a hub is started, logged in at, asked, and its answers checked."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """By the command that operators have."""
    command = [sys.executable, "-m", "hub.commands", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_a_small_run_measures_every_case() -> None:
    done = ran("--keys", "p-256", "--requests", "4", "--repetitions", "1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["case"] for one in found["answers"]] == [
        "unsigned request",
        "signed request",
        "signed request, encrypted answer",
    ]
    assert all(one["cpu_us"] > 0 and one["p99_ms"] > 0 for one in found["answers"])
    assert "read a session" in [part["name"] for part in found["parts"]]


def test_the_scale_weighs_every_big_table() -> None:
    done = ran("--scale", "--sample", "100", "--json")
    assert done.returncode == 0, done.stderr
    weighed = json.loads(done.stdout)
    assert "PIN sheet of twenty codes" in weighed
    assert all(size > 0 for size in weighed.values())


def test_an_unknown_commit_is_told_in_one_line() -> None:
    done = ran("--keys", "p-256", "--against", "no-such-commit")
    assert done.returncode == 1
    assert done.stderr.startswith("bench: git worktree: ")
    assert "Traceback" not in done.stderr
