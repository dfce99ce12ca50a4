"""The files of others that the pages lean on."""

import re
from pathlib import Path

from tools import assets

ROOT = Path(__file__).parents[2]
ASKED_FOR = re.compile(r"vendor/([\w.-]+)")


def test_the_folder_is_what_the_lock_says() -> None:
    assert assets.up_to_date(), "run `make assets`"


def test_every_file_that_a_page_asks_for_is_fetched() -> None:
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/*.css")]
    asked = {name for path in sources for name in ASKED_FOR.findall(path.read_text())}
    assert asked <= set(assets.WANTED)


def test_each_package_brings_its_licence() -> None:
    packages = {"/".join(source.split("/")[:2]) for source in assets.WANTED.values()}
    licensed = {source.removesuffix("/LICENSE") for source in assets.WANTED.values()}
    assert packages <= licensed


def test_the_copies_are_used_only_when_all_are_there(tmp_path: Path) -> None:
    for source in assets.WANTED.values():
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text(source)
    vendor = tmp_path / "vendor"
    assets.copy(tmp_path, vendor)
    assert assets.up_to_date(vendor)
    (vendor / "index.css").unlink()
    assert not assets.up_to_date(vendor)
