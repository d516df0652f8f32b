from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import PREFIX, Settings, load

ROOT = Path(__file__).parent.parent
SECRET = "123456:planted-secret-token"  # noqa: S105  # planted, so that a leak is found
USERS_PAGES = ["README.md", *(f"docs/{page}.md" for page in ("telegram", "discord", "admin", "operations", "privacy"))]
NAMES = [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", ["docs/settings.md", ".env.example"])
def test_every_setting_is_documented(name: str, page: str) -> None:
    assert re.search(rf"\b{name}\b", (ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("page", ["docs/settings.md", ".env.example", *USERS_PAGES])
def test_no_setting_is_documented_that_does_not_exist(page: str) -> None:
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", (ROOT / page).read_text("utf-8"))) <= set(NAMES)


def test_the_example_file_holds_the_defaults() -> None:
    example = Settings(_env_file=ROOT / ".env.example")
    assert example == Settings(_env_file=None)


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("BOT_DATA_DIR=from-file\nBOT_CORPUS_DIR=also-from-file\n", "utf-8")
    monkeypatch.setenv("BOT_DATA_DIR", "from-environment")
    settings = load()
    assert (settings.data_dir, settings.corpus_dir) == (Path("from-environment"), Path("also-from-file"))


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("BOT_MODEL", "")
    assert load() == Settings(_env_file=None)


def test_the_home_folder_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATA_DIR", "~/bot-data")
    assert load().data_dir == Path.home() / "bot-data"


@pytest.mark.parametrize("name", ["BOT_TELEGRAM_TOKEN", "BOT_DISCORD_TOKEN"])
def test_a_secret_never_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SECRET)
    settings = load()
    shown = [repr(settings), str(settings), f"{settings}", str(settings.model_dump()), settings.model_dump_json()]
    assert not any(SECRET in text for text in shown)


def test_a_secret_never_shows_in_an_error_or_its_traceback() -> None:
    code = "from bot.settings import load; load()"
    environment = {"BOT_TELEGRAM_TOKEN": SECRET, "BOT_LOG_LEVEL": SECRET, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "SettingsError" in run.stderr
    assert SECRET not in run.stderr + run.stdout


def test_a_wrong_setting_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError, match=r"BOT_LOG_LEVEL.*DEBUG.*ERROR") as caught:
        load()
    assert "\n" not in str(caught.value)
    assert "LOUD" not in str(caught.value)


def test_a_file_that_is_not_text_is_one_clear_sentence() -> None:
    Path(".env").write_bytes(b"BOT_MODEL=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load()
