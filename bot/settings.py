"""What can be set from outside: environment variables that begin with BOT_, and the file .env."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "BOT_"
Url = Annotated[str, Field(pattern=r"^((https?|wss?)://[^\s@]+)?$"), AfterValidator(lambda url: url.rstrip("/"))]
_MOST_WORKERS = 4
Folder = Annotated[Path, AfterValidator(Path.expanduser)]


def _parted(value: object) -> object:
    """Return a text with commas as its parts; whatever else comes is judged by the type."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Account = Annotated[str, Field(pattern=r"^(telegram|discord):[1-9]\d{0,19}$")]
"""An account as "telegram:12345": numbers, since names can be taken over."""
Accounts = Annotated[tuple[Account, ...], NoDecode, BeforeValidator(_parted)]


class Settings(BaseSettings):
    """The settings of one process; docs/settings.md explains each to its user."""

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
    golden_file: Folder = Path("corpus/questions.toml")
    """Known questions with what a good answer holds, which a new index must not answer worse; it need not exist."""
    model: str = Field(default="multilingual-e5-small", min_length=1)
    """A sentence-transformers model, by name or by folder; the default comes with the installation."""
    reranker: str = ""
    """A CrossEncoder or MultiVectorEncoder, by name or by folder, that reads the likeliest sentences again; or none."""
    workers: int = Field(default_factory=lambda: min(_MOST_WORKERS, os.cpu_count() or 1), ge=1, le=64)
    """Processes that answer the chat platforms; 1: the serving process answers itself."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    keep_questions: bool = False
    """Whether the text of a question stays with its answer, so that an admin can replay it."""
    admins: Accounts = ()
    """Who may administer, from either chat."""
    editors: Accounts = ()
    """Who may add articles."""
    sources: Folder = Path("corpus/sources.toml")
    """The feeds and pages that are followed."""
    keep_days: int = Field(default=0, ge=0)
    """How many days an article stays that was added or followed; 0: for ever."""
    contact: str = Field(default="", pattern=r"^[!-~]*$", max_length=200)
    """An address or a mail that the owners of fetched sites find in our User-Agent."""
    reindex_every_hours: float = Field(default=0, ge=0, le=24 * 365)
    """How often sources are followed and the index is brought up to date by a serving bot; 0: never."""
    telegram_token: SecretStr | None = None
    telegram_api_url: Url = "https://api.telegram.org"
    """A Bot API server: Telegram's own, or one that the operator runs."""
    telegram_webhook_url: Url = ""
    """Where Telegram reaches us from outside; empty: we poll."""
    telegram_webhook_listen: str = "127.0.0.1"
    telegram_webhook_port: int = Field(default=8443, ge=1, le=65535)
    telegram_webhook_secret: SecretStr | None = None
    """1 to 256 of A-Z a-z 0-9 _ -; without one, webhook mode makes one up at each start."""
    discord_token: SecretStr | None = None
    discord_api_url: Url = "https://discord.com/api/v10"
    discord_gateway_url: Url = ""
    """Empty: Discord is asked for it."""
    discord_message_content: bool = False
    """Whether the privileged intent MESSAGE CONTENT is asked for, which channels without mentions need."""

    @property
    def shelf_dir(self) -> Path:
        """Where the articles stand that were added or followed: the shelf, a second folder of articles."""
        return self.data_dir / "articles"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that make the corpus: corpus_dir, and the shelf where it exists."""
        return (self.corpus_dir, *([self.shelf_dir] if self.shelf_dir.is_dir() else []))

    @property
    def has_platform(self) -> bool:
        """Whether the token of any chat platform is set."""
        return bool(self.telegram_token or self.discord_token)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line and no error may show."""
        found = (self.telegram_token, self.telegram_webhook_secret, self.discord_token)
        return tuple(secret.get_secret_value() for secret in found if secret)

    def bare(self) -> Settings:
        """Return these settings without any secret, for a process that needs none."""
        kept = {name: value for name, value in self if not isinstance(value, SecretStr)}
        return Settings.model_construct(**kept)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment for a child process that indexes with the same settings; it holds no token of ours."""
    names = ("data_dir", "corpus_dir", "golden_file", "model", "reranker", "log_level")
    secret = {f"{PREFIX}{name.upper()}" for name, field in Settings.model_fields.items() if "Secret" in str(field)}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in secret}
    home = str(Path(__file__).parents[1])
    path = os.pathsep.join(part for part in (home, os.environ.get("PYTHONPATH", "")) if part)
    return kept | {f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in names} | {"PYTHONPATH": path}


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
