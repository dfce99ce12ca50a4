"""Settings: strict, and every fault told at once."""

from pathlib import Path

import pytest

from hub.person import NumberKind
from hub.settings import BadSettings, Settings

BASE = {"MINID_BASE_URL": "https://minid.example.no"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an installation, so that no file of settings is found by itself."""
    monkeypatch.chdir(tmp_path)


def read(**variables: str) -> Settings:
    return Settings.from_environ(BASE | variables)


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        Settings.from_environ(environ)
    return bad.value.faults


def a_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "minid.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_address_is_all_that_must_be_set(tmp_path: Path) -> None:
    settings = read()
    assert (settings.mode, settings.is_development) == ("production", False)
    assert settings.own_entity_id == "https://minid.example.no/saml/metadata"
    assert settings.database == f"sqlite:///{tmp_path / 'instance' / 'minid.sqlite'}"


def test_the_slash_at_the_end_of_the_address_is_dropped() -> None:
    settings = read(MINID_BASE_URL="https://minid.example.no/")
    assert settings.url("/x") == "https://minid.example.no/x"


def test_every_fault_is_told_at_once() -> None:
    found = faults(
        {
            "MINID_MODE": "test",
            "MINID_WORKERS": "0",
            "MINID_THREADS": "many",
            "MINID_SINGLE_APPROVER": "yes",
            "MINID_KEY_KIND": "dsa",
            "MINID_COLOUR": "blue",
            "MINID_REGISTER_URL": "http://register.example.no",
            "MINID_CONTACT_REGISTER_URL": "kontakt",
            "MINID_REGISTER_TOKEN_URL": "https://kari:ola@token.example.no",
            "MINID_DATABASE_URL_FILE": "/nowhere/at/all",
        }
    )
    wanted = "BASE_URL MODE WORKERS THREADS SINGLE_APPROVER KEY_KIND COLOUR DATABASE_URL_FILE"
    wanted += " REGISTER_URL CONTACT_REGISTER_URL REGISTER_TOKEN_URL REGISTER_TOKEN_AUDIENCE"
    wanted += " REGISTER_CLIENT REGISTER_KEY REGISTER_CERTIFICATE"
    assert {name for name in wanted.split() if not any(name in fault for fault in found)} == set()


def test_a_variable_that_is_no_setting_is_a_fault() -> None:
    assert faults(BASE | {"MINID_BASEURL": "x"}) == ["MINID_BASEURL is not a setting"]


def test_variables_of_others_are_nothing_to_it() -> None:
    assert read(PATH="/bin", MINIDX="1").mode == "production"


@pytest.mark.parametrize(("written", "meant"), [("True", True), ("False", False)])
def test_a_truth_value_is_true_or_false(written: str, meant: bool) -> None:
    assert read(MINID_SINGLE_APPROVER=written).single_approver is meant


@pytest.mark.parametrize("written", ["true", "1", "yes", ""])
def test_a_truth_value_is_nothing_else(written: str) -> None:
    assert len(faults(BASE | {"MINID_SINGLE_APPROVER": written})) == 1


@pytest.mark.parametrize("written", ["", "-1", "1.5", "٣", "0"])
def test_a_count_is_a_whole_number_from_one(written: str) -> None:
    assert len(faults(BASE | {"MINID_WORKERS": written})) == 1


def test_no_proxy_at_all_is_a_number_of_proxies() -> None:
    assert read(MINID_PROXY_HOPS="0").proxy_hops == 0


# --- files ------------------------------------------------------------------------------


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://minid:hunter2@db/minid\n")
    settings = read(MINID_DATABASE_URL_FILE=str(secret))
    assert settings.database == "postgresql://minid:hunter2@db/minid"
    assert "hunter2" not in repr(settings)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(BASE | {"MINID_DATABASE_URL_FILE": str(tmp_path / "missing")})
    assert fault.startswith("MINID_DATABASE_URL_FILE names a file that cannot be read")


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert len(faults(BASE | {"MINID_DATABASE_URL_FILE": str(tmp_path / "binary")})) == 1


def test_the_settings_may_stand_in_a_file(tmp_path: Path) -> None:
    text = 'base_url = "https://a.example.no"\nworkers = 3\nsingle_approver = true'
    named = a_file(tmp_path, text)
    settings = Settings.from_environ({"MINID_SETTINGS": named})
    assert (settings.base_url, settings.workers) == ("https://a.example.no", 3)
    assert settings.single_approver is True


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    named = a_file(tmp_path, 'base_url = "https://a.example.no"\nworkers = 3')
    assert read(MINID_SETTINGS=named, MINID_WORKERS="5").workers == 5
    assert read(MINID_SETTINGS=named).base_url == BASE["MINID_BASE_URL"]


def test_the_file_of_the_instance_is_found_by_itself(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    a_file(tmp_path / "instance", 'base_url = "https://b.example.no"')
    assert Settings.from_environ({}).base_url == "https://b.example.no"


def test_a_name_in_the_file_that_is_no_setting_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(BASE | {"MINID_SETTINGS": a_file(tmp_path, "colour = 'blue'")})
    assert fault.startswith("colour in ")


@pytest.mark.parametrize("text", ["no toml at all", "= 1"])
def test_a_file_that_is_no_toml_is_a_fault(tmp_path: Path, text: str) -> None:
    assert "cannot be read" in faults(BASE | {"MINID_SETTINGS": a_file(tmp_path, text)})[0]


def test_a_settings_file_that_is_named_must_be_there() -> None:
    assert "cannot be read" in faults(BASE | {"MINID_SETTINGS": "/nowhere.toml"})[0]


# --- the address ------------------------------------------------------------------------


def test_production_refuses_http() -> None:
    (fault,) = faults({"MINID_BASE_URL": "http://localhost:8080"})
    assert fault == "MINID_BASE_URL is http; production serves https alone"


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "a.localhost", "minid.test"])
def test_development_takes_http_on_this_machine(host: str) -> None:
    settings = read(MINID_BASE_URL=f"http://{host}", MINID_MODE="development")
    assert not settings.is_https


@pytest.mark.parametrize("host", ["minid.example.no", "192.168.0.1", "localhost.example.no"])
def test_development_takes_http_nowhere_else(host: str) -> None:
    environ = {"MINID_BASE_URL": f"http://{host}", "MINID_MODE": "development"}
    assert faults(environ) == ["MINID_BASE_URL is http for a host that is not of this machine"]


@pytest.mark.parametrize(
    "address",
    [
        "minid.example.no",
        "ftp://minid.example.no",
        "https://",
        "https://minid.example.no/idp",
        "https://minid.example.no?x=1",
        "https://minid.example.no#x",
        "https://user:word@minid.example.no",
        "https://minid.example.no:port",
        "HTTPS://minid.example.no",
        "https://MinID.example.no",
    ],
)
def test_the_address_is_a_plain_origin_as_browsers_write_it(address: str) -> None:
    (fault,) = faults({"MINID_BASE_URL": address})
    assert fault.startswith("MINID_BASE_URL is ")


def test_synthetic_numbers_log_in_in_development_alone() -> None:
    assert NumberKind.TENOR not in read().number_kinds
    local = read(MINID_BASE_URL="http://localhost", MINID_MODE="development")
    assert NumberKind.TENOR in local.number_kinds


def test_it_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(AttributeError):
        setattr(read(), "mode", "development")


GATEWAY = {
    "MINID_SMS_GATEWAY": "json",
    "MINID_SMS_URL": "https://sms.example.no/send",
    "MINID_SMS_PASSWORD": "token",
}


def test_gateways_come_in_the_order_of_choice() -> None:
    second = {name.replace("SMS", "SMS2"): value for name, value in GATEWAY.items()}
    assert [each.name for each in read(**GATEWAY, **second).sms_accounts] == ["first", "second"]
    assert read().sms_accounts == ()


def test_the_limits_of_countries_are_read() -> None:
    assert read(MINID_SMS_COUNTRIES="47:100 +46:5").sms_limits == {"47": 100, "46": 5}


def test_no_secret_of_a_gateway_is_shown() -> None:
    settings = read(**GATEWAY | {"MINID_SMS_PASSWORD": "hush-hush"})
    assert "hush-hush" not in repr(settings) + repr(settings.sms_accounts)


@pytest.mark.parametrize(
    ("changed", "value", "wanted"),
    [
        ("SMS_GATEWAY", "pigeon", "SMS_GATEWAY is 'pigeon'"),
        ("SMS_URL", "http://sms.example.no/", "wanted https"),
        ("SMS_URL", "smpp://sms.example.no", "is not https"),
        ("SMS_URL", "https://u:p@sms.example.no/", "holds an account"),
        ("SMS_PASSWORD", "", "SMS_PASSWORD is missing"),
        ("SMS2_GATEWAY", "smpp", "SMS2_URL"),
        ("SMS_SENDER", "MinID Noreg AS", "SMS_SENDER"),
        ("SMS_COUNTRIES", "Noreg", "SMS_COUNTRIES"),
        ("SMS_REPORT_SECRET", "short", "SMS_REPORT_SECRET"),
        ("SMTP_HOST", "mail.example.no", "MAIL_FROM"),
        ("METRICS_FROM", "nearby", "METRICS_FROM"),
    ],
)
def test_what_is_wrong_with_messages_is_told(changed: str, value: str, wanted: str) -> None:
    found = faults(BASE | GATEWAY | {f"MINID_{changed}": value})
    assert any(wanted in fault for fault in found), found


def test_a_way_to_registers_that_have_no_address_is_a_fault() -> None:
    (fault,) = faults(BASE | {"MINID_REGISTER_CLIENT": "minid"})
    assert "no register has an address" in fault


def test_an_enterprise_key_that_is_no_file_is_a_fault(tmp_path: Path) -> None:
    way = {
        "MINID_REGISTER_URL": "https://register.example.no/api/",
        "MINID_REGISTER_TOKEN_URL": "https://token.example.no/token",
        "MINID_REGISTER_TOKEN_AUDIENCE": "https://token.example.no/",
        "MINID_REGISTER_CLIENT": "minid",
        "MINID_REGISTER_KEY": str(tmp_path / "missing"),
        "MINID_REGISTER_CERTIFICATE": str(a_file(tmp_path, "")),
    }
    assert faults(BASE | way) == ["MINID_REGISTER_KEY names no file"]
