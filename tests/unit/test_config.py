"""Settings come from the environment and from flags; what cannot be used is refused with every reason at once."""

import pytest

from amends.config import EngineName, Settings, SettingsError, load_settings, unknown_variables


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"AMENDS_{field.upper()}", raising=False)


def test_by_default_only_this_machine_is_listened_to() -> None:
    """Loopback unless told otherwise."""
    assert load_settings({}).address == "127.0.0.1:50051"


def test_the_environment_sets_and_a_flag_overrules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearer wish wins."""
    monkeypatch.setenv("AMENDS_PORT", "1234")
    monkeypatch.setenv("AMENDS_ENGINE", "reference")

    settings = load_settings({"port": 4321})

    assert (settings.port, settings.engine) == (4321, EngineName.REFERENCE)


def test_policies_are_pairs_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """`NAME=PACK`, spaces allowed."""
    monkeypatch.setenv("AMENDS_POLICIES", "default=airline, brand-x=foundation,")

    assert load_settings({}).policies == {"default": "airline", "brand-x": "foundation"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])  # noqa: S104 -- it is refused
def test_other_machines_are_let_in_only_on_demand(host: str) -> None:
    """Calls are not encrypted yet: an address that others reach has to be asked for in so many words."""
    with pytest.raises(SettingsError, match="--insecure"):
        load_settings({"host": host})

    assert load_settings({"host": host, "insecure": True}).host == host


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1:50051", ""])
def test_a_name_is_no_address_to_listen_on(host: str) -> None:
    """Which of a name's addresses would be meant, and whether it is this machine's, nobody can say."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"host": host, "insecure": True})

    expected = f"--host (AMENDS_HOST): expected an IP address of this machine, or localhost, not {host!r}"
    assert caught.value.problems == (expected,)


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("port", "many", "expected a whole number, not 'many'"),
        ("port", "70000", "expected at most 65535, not '70000'"),
        ("workers", "0", "expected at least 1, not '0'"),
        ("drain_seconds", "soon", "expected a number, not 'soon'"),
        ("drain_seconds", "nan", "expected at most 3600, not 'nan'"),
        ("drain_seconds", "-1", "expected at least 0, not '-1'"),
        ("insecure", "perhaps", "expected true or false, not 'perhaps'"),
        ("engine", "guess", "expected 'bitmap', 'reference' or 'durable', not 'guess'"),
    ],
)
def test_what_was_expected_is_said_in_plain_words(
    setting: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who sets a port should have to know the words of the library that reads it."""
    monkeypatch.setenv(f"AMENDS_{setting.upper()}", value)

    with pytest.raises(SettingsError) as caught:
        load_settings({})

    flag = setting.replace("_", "-")
    assert caught.value.problems == (f"--{flag} (AMENDS_{setting.upper()}): {expected}",)


@pytest.mark.parametrize(("host", "address"), [("::1", "[::1]:50051"), ("127.0.0.9", "127.0.0.9:50051")])
def test_every_loopback_address_is_home(host: str, address: str) -> None:
    """All of 127/8 and ::1 are this machine; IPv6 is written as gRPC reads it."""
    assert load_settings({"host": host}).address == address


def test_a_setting_without_a_flag_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No command has an option of that name, so none is told."""
    monkeypatch.setenv("AMENDS_RETENTION_DAYS", "long")

    with pytest.raises(SettingsError) as caught:
        load_settings({})

    assert caught.value.problems == ("AMENDS_RETENTION_DAYS: expected a whole number, not 'long'",)


def test_every_mistake_is_told_at_once_with_the_names_to_mend_it_by() -> None:
    """Who mends settings sees all that is wrong, by flag and by variable, and what stood there."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"workers": 0, "port": "many", "engine": "guess", "policies": "a=b,a=c", "drain_seconds": -1})

    problems = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 5
    for expected in (
        "--workers (AMENDS_WORKERS)",
        "not 'many'",
        "'bitmap', 'reference' or 'durable'",
        "'a' is given twice",
        "--drain-seconds (AMENDS_DRAIN_SECONDS)",
    ):
        assert expected in problems


@pytest.mark.parametrize("policies", ["airline", "=airline", "default="])
def test_a_policy_without_name_or_pack_is_refused(policies: str) -> None:
    """Half a pair is a mistake, not a default."""
    with pytest.raises(SettingsError, match="NAME=PACK"):
        load_settings({"policies": policies})


def test_the_environment_of_settings_makes_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is started by variables and must serve exactly as its supervisor was told to."""
    settings = load_settings(
        {"host": "::", "insecure": True, "policies": "default=a,b=c", "drain_seconds": 1.5, "port_file": "x/port"}
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    assert load_settings({}) == settings


def test_every_setting_is_described() -> None:
    """A setting without a word of documentation cannot be used by anyone who did not write it."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_only_variables_that_look_like_ours_and_set_nothing_are_strange() -> None:
    """What sets something is known in capitals or not; what has another beginning is none of our business."""
    environment = {"AMENDS_PROT": "1", "AMENDS_PORT": "1", "amends_host": "::1", "PATH": "/bin", "AMENDS_ZZZZ": ""}

    assert unknown_variables(environment) == {"AMENDS_PROT": "AMENDS_PORT", "AMENDS_ZZZZ": ""}


def test_the_port_that_kubernetes_sets_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Service named `amends` sets AMENDS_PORT in every pod beside it: who would guess? A flag overrules it."""
    monkeypatch.setenv("AMENDS_PORT", "tcp://10.0.0.7:50051")

    with pytest.raises(SettingsError, match=r"AMENDS_PORT.*Kubernetes.*enableServiceLinks: false.*tcp://10") as caught:
        load_settings({})

    assert len(caught.value.problems) == 1
    assert load_settings({"port": 50051}).port == 50051
