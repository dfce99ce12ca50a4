import re

from hub.saml.message_id import new_message_id


def test_an_id_is_an_underscore_and_forty_hexadecimal_digits() -> None:
    assert re.fullmatch(r"_[0-9a-f]{40}", new_message_id())


def test_no_two_are_alike() -> None:
    assert len({new_message_id() for _ in range(1000)}) == 1000
