import pytest

from hub.letters.printer_account import PrinterAccount

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"


def test_it_reads_the_server_out_of_its_address() -> None:
    account = PrinterAccount("sftp://minid@print.example.no:2222/in", "key", KEY, "/out")
    assert not account.faults()
    assert (account.host, account.port, account.user, account.folder) == (
        "print.example.no", 2222, "minid", "/in"
    )  # fmt: skip
    assert PrinterAccount("sftp://minid@print.example.no", "key", KEY, "").port == 22


@pytest.mark.parametrize(
    "url",
    ["ftp://minid@host/in", "sftp://host/in", "sftp://minid:secret@host/in", "sftp://a@host:x/"],
)
def test_what_is_no_such_address_is_told_without_it(url: str) -> None:
    [fault] = PrinterAccount(url, "key", KEY, "").faults()
    assert fault == "MINID_LETTERS_SFTP_URL is not such as sftp://user@host/folder"


@pytest.mark.parametrize("host_key", ["", "AAAAC3", "host ssh-ed25519 AAAA", KEY + "\nother"])
def test_the_servers_key_must_be_pinned(host_key: str) -> None:
    [fault] = PrinterAccount("sftp://minid@host/in", "key", host_key, "").faults()
    assert "MINID_LETTERS_SFTP_HOST_KEY" in fault
