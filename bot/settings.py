"""What can be set from outside: environment variables that begin with BOT_, and the file .env."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "BOT_"
Folder = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """The settings of one process; README.md explains each to its user."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Folder = Path("data")
    """Where the index lives."""
    corpus_dir: Folder = Path("corpus/articles")
    """Where the articles live."""
    model: str = Field(default="all-MiniLM-L6-v2", min_length=1)
    """A sentence-transformers model, by name or by folder; the default comes with the installation."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    telegram_token: SecretStr | None = None
    discord_token: SecretStr | None = None


def load() -> Settings:
    """Return the settings of this process from its environment and .env.

    Raises SettingsError with one sentence that names the wrong settings and never shows a value.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
    except (OSError, UnicodeDecodeError):
        wrong = ".env cannot be read as UTF-8 text"
    # Raised out here so that the validation error, which has seen the values, is not its context.
    raise SettingsError(f"Correct the settings in the environment or .env: {wrong}.")
