"""`minid bench`, or `python -m bench`: measure this tree, or compare it with an earlier commit."""

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import parts, scale, whole
from bench.answers import NoAnswer
from bench.figures import CASES, Measured, Part, table, table_of_measured, table_of_parts
from bench.hub_process import HubFailed, running_hub
from bench.service import make_service
from bench.whole import Subject

ROOT = Path(__file__).resolve().parent.parent
KEY_KINDS = ("rsa-2048", "rsa-3072", "p-256")


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        run(args)
    except (HubFailed, NoAnswer) as fault:
        print(f"bench: {fault}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    known = argparse.ArgumentParser(prog="minid bench", description=__doc__)
    known.add_argument("--keys", nargs="+", choices=KEY_KINDS, default=list(KEY_KINDS))
    known.add_argument("--requests", type=int, default=300, help="in one repetition")
    known.add_argument("--repetitions", type=int, default=5)
    known.add_argument("--workers", type=int, default=2, help="processes of the hub")
    known.add_argument("--against", metavar="REV", help="compare with this commit, run in turns")
    known.add_argument("--scale", action="store_true", help="weigh the rows of big tables instead")
    known.add_argument("--sample", type=int, default=scale.SAMPLE, help="rows of each for --scale")
    known.add_argument("--json", action="store_true", help="figures for a program")
    return known


def run(args: argparse.Namespace) -> None:
    if args.scale:
        weighed = scale.weigh(args.sample)
        print(json.dumps(weighed, indent=2) if args.json else scale.told(weighed))
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="minid-bench-")))
        trees = {"": ROOT}
        if args.against:
            earlier = stack.enter_context(worktree(args.against, folder / "tree"))
            trees = {args.against: earlier, "here": ROOT}
        spawn = multiprocessing.get_context("spawn")
        client = stack.enter_context(ProcessPoolExecutor(1, mp_context=spawn))
        measured: list[Measured] = []
        alone: list[Part] = []
        for kind in args.keys:
            with ExitStack() as hubs:
                subjects = [
                    started(hubs, folder / f"{kind}-{number}", name, tree, kind, args.workers)
                    for number, (name, tree) in enumerate(trees.items())
                ]
                found = whole.measure(subjects, client, args.repetitions, args.requests)
                if not args.against:
                    for one in found:
                        whole.at_half_load(subjects[0], client, one, args.requests)
                    alone += parts.measure(subjects[0])
                measured += found
    show(args, measured, alone)


def started(
    hubs: ExitStack, folder: Path, name: str, tree: Path, kind: str, workers: int
) -> Subject:
    services = [
        make_service(folder / "services", "plain", is_sealed=False),
        make_service(folder / "services", "sealed", is_sealed=True),
    ]
    instance = folder / "instance"
    instance.mkdir(mode=0o700)
    hub = hubs.enter_context(running_hub(tree, instance, kind, services, workers))
    return Subject.of(name, kind, hub, services)


@contextmanager
def worktree(revision: str, folder: Path) -> Iterator[Path]:
    """The tree of a commit, with this tree's compiled catalogues, which git does not hold."""
    git("worktree", "add", "--detach", "--quiet", str(folder), revision)
    try:
        for catalogue in ROOT.glob("translations/*/LC_MESSAGES/messages.mo"):
            copy = folder / catalogue.relative_to(ROOT)
            if copy.parent.is_dir():
                copy.write_bytes(catalogue.read_bytes())
        yield folder
    finally:
        git("worktree", "remove", "--force", str(folder))


def git(*arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise HubFailed(f"git {arguments[0]}: {done.stderr.strip()}")


def show(args: argparse.Namespace, measured: Sequence[Measured], alone: Sequence[Part]) -> None:
    if args.json:
        found = {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_average": os.getloadavg(),
            "answers": [one.as_json() for one in measured],
            "parts": [{"key": p.key, "name": p.name, "us": p.microseconds} for p in alone],
        }
        print(json.dumps(found, indent=2))
        return
    print(table_of_measured(measured))
    if args.against:
        print("\n" + comparison(measured))
    else:
        print("\n" + table_of_parts(alone))
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{os.cpu_count()} cores, load average {loads}, Python {platform.python_version()}")


def comparison(measured: Sequence[Measured]) -> str:
    """How much processor time an answer takes here, against the earlier commit."""
    rows = [("here / earlier", "CPU", "of raw")]
    for key in dict.fromkeys(one.key for one in measured):
        for case in CASES:
            pair = [one for one in measured if (one.key, one.case) == (key, case.name)]
            earlier, here = pair
            rows.append(
                (
                    f"{key}, {case.name}",
                    f"{here.cpu_median / earlier.cpu_median:.2f}",
                    f"{here.of_raw / earlier.of_raw:.2f}",
                )
            )
    return table(rows)


if __name__ == "__main__":
    sys.exit(main())
