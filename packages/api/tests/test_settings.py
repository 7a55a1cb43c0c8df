from __future__ import annotations

from pathlib import Path

import pytest

from bookingopt_api.settings import ApiSettings, load_settings

SECRET = "a secret of thirty-two letters, and more"  # noqa: S105 - of the tests  # pragma: allowlist secret


def test_without_any_setting_the_api_is_for_this_machine_alone() -> None:
    settings = load_settings()
    assert settings.api_host == "127.0.0.1"
    assert not settings.is_authentication_on
    assert settings.proxies == ()


def test_production_needs_a_key_of_every_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SESSION_SECRET", SECRET)
    assert load_settings().is_authentication_on


def test_production_refuses_to_let_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SESSION_SECRET", SECRET)
    monkeypatch.setenv("AUTHENTICATION", "off")
    with pytest.raises(SystemExit, match="AUTHENTICATION: off is for one's own machine"):
        load_settings()


def test_production_refuses_to_start_without_the_secret_of_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SystemExit, match="SESSION_SECRET: needed"):
        load_settings()


def test_a_short_secret_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_SECRET", "tooshort")
    with pytest.raises(SystemExit, match="SESSION_SECRET: ") as caught:
        load_settings()
    assert "tooshort" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - what must be refused
def test_without_authentication_only_this_machine_may_reach_it(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("API_HOST", host)
    with pytest.raises(SystemExit, match=r"API_HOST: .*127\.0\.0\.1"):
        load_settings()
    monkeypatch.setenv("AUTHENTICATION", "on")
    assert load_settings().api_host == host


def test_behind_a_proxy_it_is_the_address_of_the_proxy_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_HOST", "0.0.0.0")  # noqa: S104 - inside of a container
    monkeypatch.setenv("PUBLISHED_ADDRESS", "127.0.0.1")
    assert not load_settings().is_authentication_on
    monkeypatch.setenv("PUBLISHED_ADDRESS", "192.0.2.1")
    with pytest.raises(SystemExit, match="PUBLISHED_ADDRESS: with authentication off"):
        load_settings()


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 172.16.0.0/12")
    assert load_settings().proxies == ("127.0.0.1", "172.16.0.0/12")
    monkeypatch.setenv("TRUSTED_PROXIES", "*")
    with pytest.raises(SystemExit, match="TRUSTED_PROXIES: "):
        load_settings()


def test_several_processes_need_counters_that_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_WORKERS", "2")
    with pytest.raises(SystemExit, match=r"RATE_LIMIT_URL: with API_WORKERS above 1 .*API_WORKERS=1"):
        load_settings()
    monkeypatch.setenv("RATE_LIMIT_URL", "redis://counters/0")
    assert load_settings().api_workers == 2
    monkeypatch.delenv("API_WORKERS")
    monkeypatch.setenv("RATE_LIMIT_URL", "memory://")
    assert load_settings().api_workers == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "http"),
        ("API_WORKERS", "0"),
        ("RATE_SUBMIT", "many"),
        ("BODY_TIMEOUT", "0"),
        ("MAX_DOCUMENT_BYTES", "-1"),
        ("ENVIRONMENT", "staging"),
        ("QUEUE_SECRET", "short-secret"),
        ("HOTEL_TIME_ZONE", "Europe/Atlantis"),
        ("HOTEL_TIME_ZONE", "../passwd"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"(?s)bookingopt-api: .*{name}: "):
        load_settings()


def test_a_server_needs_a_secret_as_it_does_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost/0")
    with pytest.raises(SystemExit, match="QUEUE_SECRET: needed with REDIS_URL"):
        load_settings()


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = ApiSettings.model_validate({"data_dir": tmp_path, "session_secret": SECRET})
    assert SECRET not in f"{settings!r} {settings}"
