"""Start the agencies: `python -m demo --port 8090 --hub http://localhost:8080`."""

import argparse
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.serving import make_server

from demo.app import create_app
from demo.desk import Desk, providers
from demo.hub import Hub
from demo.registers import Register


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    base_url = f"http://{chosen.host}:{chosen.port}"
    agencies = providers(base_url, chosen.dir, datetime.now(UTC))
    if chosen.write_metadata_only:
        return
    register = None
    if chosen.register:
        register = Register(chosen.register, agencies["miside"].keys.signing.private_key)
    desk = Desk(agencies, Hub(chosen.hub.rstrip("/")), lambda: datetime.now(UTC), register)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for each request
    server = make_server(chosen.host, chosen.port, create_app(desk), threaded=True)
    print(f"The demo agencies are at {base_url}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="The demo agencies.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--hub", default="http://localhost:8080", help="the hub's base URL")
    parser.add_argument("--register", default="", help="the population register's base URL")
    parser.add_argument(
        "--dir",
        type=Path,
        default=Path("instance/demo/agencies"),
        help="where each agency's keys and metadata are",
    )
    parser.add_argument(
        "--write-metadata-only",
        action="store_true",
        help="make keys and metadata.xml files, and stop",
    )
    return parser


if __name__ == "__main__":
    main()
