import pytest

from bench.answers import NoAnswer
from bench.parts import require_page


def test_an_error_page_is_never_timed() -> None:
    with pytest.raises(NoAnswer, match="GET / inside the application: 500"):
        require_page("/", "500 INTERNAL SERVER ERROR")


def test_a_page_is() -> None:
    require_page("/", "200 OK")
