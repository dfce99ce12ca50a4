"""The one running demo that the tests of a process share, started when it is first asked for."""

from contextlib import ExitStack

import pytest

from tests.installation import Installation, running_demo

_DEMO = pytest.StashKey[Installation]()


def the_demo(config: pytest.Config) -> Installation:
    """A test leaves it as it would leave a hub in earnest: its keys are not changed here."""
    if _DEMO not in config.stash:
        running = ExitStack()
        config.add_cleanup(running.close)
        config.stash[_DEMO] = running.enter_context(running_demo())
    return config.stash[_DEMO]
