"""A real PostgreSQL for tests: one server per run, a fresh database for each who asks.

The server listens on a socket in a folder of its own and on no port.  Where the tests
run as root it is run as `nobody`, since PostgreSQL refuses root.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

USER = "minid"
_WITHOUT_SYNC = ("-c", "fsync=off", "-c", "full_page_writes=off")


class Postgres:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    def new_database(self, like: str | None = None) -> str:
        """The URL of an empty database, or of a copy of the database with the URL `like`."""
        name = f"minid_{next(self._numbers)}"
        template = conninfo_to_dict(like)["dbname"] if like else "template0"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    in_path = shutil.which("initdb")
    return Path(in_path).parent if in_path else None


@contextmanager
def running_postgres(programs: Path) -> Iterator[Postgres]:
    """A new server, gone with all it held at the end."""
    # Not pytest's tmp_path: `nobody` may not enter it, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        data = str(folder / "data")
        _run(programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "-N")
        options = ["-c", "listen_addresses=", "-k", str(folder), *_WITHOUT_SYNC]
        control = (programs / "pg_ctl", "-D", data, "-s", "-w")
        _run(*control, "-l", str(folder / "log"), "-o", " ".join(options), "start")
        try:
            yield Postgres(folder)
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: Path, *arguments: object) -> None:
    as_nobody = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    command = [*as_nobody, str(program), *map(str, arguments)]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)
