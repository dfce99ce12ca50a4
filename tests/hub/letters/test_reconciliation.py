import pytest

from hub.letters.reconciliation import BadReport, Reported, read_report
from hub.seams.letters import LetterState

ID, OTHER = "a" * 32, "b" * 32


def test_it_reads_what_became_of_each_letter() -> None:
    read = read_report(f"\ufeffletter,state\r\n{ID},posted\r\n{OTHER},rejected\r\n")
    assert read == [Reported(ID, LetterState.POSTED), Reported(OTHER, LetterState.MANUAL)]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "the first line is not letter,state"),
        ("id,state\n", "the first line is not letter,state"),
        (f"letter,state\n{ID},posted\n{ID}\n", "line 3 is no letter id and a state"),
        ("letter,state\n../etc,posted\n", "line 2 is no letter id and a state"),
        (f"letter,state\n{ID},lost\n",
         "line 2: the state is none of printed, posted, returned, rejected, withdrawn"),
    ],
)
def test_a_file_that_is_not_as_agreed_is_refused_whole(text: str, detail: str) -> None:
    with pytest.raises(BadReport) as refused:
        read_report(text)
    assert refused.value.detail == detail
