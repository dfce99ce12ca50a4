"""Every page is among the samples, which axe and the other tests of pages look at."""

from jinja2 import Environment, FileSystemLoader, meta

from tests.hub.pages.sample_pages import PAGES, ROOT

TEMPLATES = ROOT / "templates"


def templates() -> set[str]:
    return {str(page.relative_to(TEMPLATES)) for page in TEMPLATES.rglob("*.html")}


def parts() -> set[str]:
    """Layouts, macros and fragments: what other templates extend, import or include."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"])
    found: set[str] = set()
    for name in templates():
        tree = environment.parse((TEMPLATES / name).read_text("utf-8"))
        found |= {part for part in meta.find_referenced_templates(tree) if part}
    return found


def test_every_template_has_a_sample() -> None:
    shown = {template for template, _context in PAGES.values()}
    missing = sorted(templates() - parts() - shown)
    assert not missing, f"tests/hub/pages/sample_pages.py has no sample of {', '.join(missing)}"
