"""The signature of webhooks, against what the library of Standard Webhooks makes of the same."""

from datetime import UTC, datetime

from sp_registry.hook_signing import a_secret, signed_headers

ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_is_that_of_the_standard() -> None:
    headers = signed_headers((SECRET,), ID, BODY, AT)
    assert headers["webhook-signature"] == SIGNATURE
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (ID, "1614265330")


def test_while_the_secret_changes_both_sign() -> None:
    other = a_secret()
    signatures = signed_headers((other, SECRET), ID, BODY, AT)["webhook-signature"].split()
    assert len(signatures) == 2 and signatures[1] == SIGNATURE


def test_every_secret_is_another() -> None:
    assert a_secret() != a_secret() and len(a_secret()) == len("whsec_") + 44
