"""What the tree as git knows it may hold."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.large_files import too_large

ROOT = Path(__file__).parents[2]
INDEX_HOSTS = re.compile(rb"py[p]i\.org|python[h]osted\.org|npm[j]s\.org", re.I)
MACHINE_PATHS = re.compile(rb"(?<![\w.}>)])/(?:home|root|Users|work|opt/pypi|opt/wheels)/[\w.-]")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    git = shutil.which("git")
    assert git, "the project starts from a clone, so git is here"
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def naming(pattern: re.Pattern[bytes], paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths if pattern.search(path.read_bytes())]


def test_no_file_names_a_package_index(tracked: list[Path]) -> None:
    assert naming(INDEX_HOSTS, tracked) == []


def test_no_file_names_a_folder_of_somebodys_machine(tracked: list[Path]) -> None:
    assert naming(MACHINE_PATHS, tracked) == []


def test_no_file_is_large(tracked: list[Path]) -> None:
    assert too_large([str(path) for path in tracked]) == []


def test_nothing_that_is_built_or_secret_is_tracked(tracked: list[Path]) -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked]
    built = re.compile(r"^(\.venv|build|instance|node_modules|static/vendor)/|\.(mo|pyc|db)$")
    assert [name for name in names if built.search(name)] == []
