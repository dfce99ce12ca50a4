"""What a test says when a program that it needs is not on this machine."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(name: str) -> NoReturn:
    """Fail in CI, where everything must be there; elsewhere skip, naming what is missing."""
    if os.environ.get("CI"):
        pytest.fail(f"{name} is missing, and CI must have it", pytrace=False)
    pytest.skip(f"{name} is missing: python -m tools.test_setup tells how to install it")


def program(*names: str) -> str:
    """The path of the first of these programs that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or missing(names[0])
