from io import StringIO

from hub.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_it_has_come() -> None:
    out = Terminal()
    progress = Progress("rendered", 4, out)
    progress.step(2)
    progress.end()
    assert "rendered [###############               ] 2/4" in out.getvalue()


def test_a_file_gets_no_bar() -> None:
    out = StringIO()
    progress = Progress("rendered", 4, out)
    progress.step()
    progress.end()
    assert out.getvalue() == ""


def test_nothing_to_do_is_all_done() -> None:
    assert "[##############################] 0/0" in Progress("read", 0, StringIO()).line()
