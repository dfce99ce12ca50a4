"""A program that is missing: a failure in CI, a named skip elsewhere."""

import sys

import pytest

from tests.needed import missing, program


def test_a_missing_program_fails_the_run_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="pyramid is missing"):
        missing("pyramid")


def test_a_missing_program_is_named_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="pyramid is missing"):
        missing("pyramid")


def test_the_first_program_that_is_there_is_taken() -> None:
    assert program("no-such-program", sys.executable) == sys.executable
