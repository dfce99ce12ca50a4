"""The script that CI runs."""

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / ".ci" / "run"


def test_it_can_be_run() -> None:
    assert os.access(SCRIPT, os.X_OK)


def test_the_shell_understands_it() -> None:
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)
