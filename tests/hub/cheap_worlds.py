"""What every hub of a test run may share, so that a fresh one costs milliseconds.

Nothing here changes what a hub does: it reads, compiles and parses what another hub in this
process has read, compiled and parsed already.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from hub import app


@contextmanager
def cheap_worlds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # Here is no other node to follow.
        patch.setattr(app, "follow_snapshots", lambda look: None)
        # Reading an RSA key costs more than a login, and each test opens the same few.
        patch.setattr(
            serialization, "load_pem_private_key", cache(serialization.load_pem_private_key)
        )
        patch.setitem(Flask.jinja_options, "bytecode_cache", CompiledTemplates())
        patch.setattr(Rule, "_compile_builder", built_once(Rule._compile_builder))
        yield


class CompiledTemplates(BytecodeCache):
    """Templates that any hub of this process has compiled."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


def built_once(build: Callable[[Rule, bool], Any]) -> Callable[[Rule, bool], Any]:
    """Werkzeug compiles Python for each rule; the outcome hangs on the rule's text alone."""
    known: dict[tuple[str, str, bool], Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (repr(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = build(rule, append_unknown)
        return known[key]

    return compiled
