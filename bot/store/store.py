"""Everything that outlives the process, in one file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.messages import PlaceSettings
from bot.store.alone import Alone
from bot.store.answers import Answers
from bot.store.audit import Audit
from bot.store.counts import Counts
from bot.store.file import File
from bot.store.gaps import Gaps, unmiss
from bot.store.inbox import Inbox
from bot.store.notices import Notices

log = logging.getLogger(__name__)
_SETTINGS = TypeAdapter(PlaceSettings)
_DEFAULTS = PlaceSettings()


class Store:
    """All that outlives the process in data_dir/state/bot.sqlite; safe from several threads.

    Without a data_dir all of it is in memory, and ends with the process.
    Every method, and those of its parts, raises StoreError when the file cannot be read or written.
    """

    def __init__(self, data_dir: Path | None) -> None:
        self._file = File(data_dir / "state" / "bot.sqlite" if data_dir else None)
        self.inbox = Inbox(self._file)
        self.answers = Answers(self._file)
        self.alone = Alone(self._file)
        self.audit = Audit(self._file)
        self.gaps = Gaps(self._file)
        self.notices = Notices(self._file)
        self.counts = Counts(self._file)
        self._choosing = threading.Lock()
        self._chosen = self._read()

    def settings(self, platform: str, home: str) -> PlaceSettings:
        """Return what the admins of a place have chosen, the defaults when they have not; never waits for the disk.

        Every message needs them, and few places have chosen any: those are in memory.
        """
        return self._chosen.get(self._home(platform, home), _DEFAULTS)

    def choose(self, platform: str, home: str, settings: PlaceSettings) -> None:
        """Keep what the admins of a place have chosen."""
        with self._choosing:
            with self._file.writing() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO places VALUES (?, ?)",
                    (self._home(platform, home), _SETTINGS.dump_json(settings).decode()),
                )
            self._chosen = self._read()

    def moved(self, platform: str, old: str, new: str) -> None:
        """Carry over what belongs to a chat that got another number: settings, what waits, wishes, answers.

        What the new number has chosen already stays; a second time nothing changes.
        """
        keys = self._home(platform, new), self._home(platform, old)
        with self._choosing:
            with self._file.writing() as connection:
                connection.execute("UPDATE OR IGNORE places SET key = ? WHERE key = ?", keys)
                connection.execute("DELETE FROM places WHERE key = ?", keys[1:])
            self._chosen = self._read()
        for part in (self.inbox, self.answers, self.notices):
            part.moved(platform, old, new)

    def shut(self, platform: str, chat: str, *, shut: bool) -> None:
        """Remember that a chat takes no messages from us, or that it does again."""
        statement = "INSERT OR IGNORE INTO shut VALUES (?)" if shut else "DELETE FROM shut WHERE key = ?"
        with self._file.writing() as connection:
            connection.execute(statement, (self._home(platform, chat),))

    def is_shut(self, platform: str, chat: str) -> bool:
        """Tell whether a chat takes no messages from us."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT 1 FROM shut WHERE key = ?", (self._home(platform, chat),))
            return found.fetchone() is not None

    def forget(self, platform: str, user: str, alone: str) -> None:
        """Remove everything about a person: what waits, answers, feedback, gaps, wishes, their chat and its settings.

        alone: the number of their private chat. Not a byte is left in the file or its log when this returns.
        """
        who = self._file.key("person", platform, user)
        with self._choosing:
            with self._file.writing() as connection:
                for table in ("inbox", "feedback", "gaps", "missed", "notices", "answers", "alone"):
                    connection.execute(f"DELETE FROM {table} WHERE who = ?", (who,))  # noqa: S608  # names written above
                unmiss(connection)
                for table in ("places", "shut"):
                    connection.execute(f"DELETE FROM {table} WHERE key = ?", (self._home(platform, alone),))  # noqa: S608  # as above
            self._chosen = self._read()
        self._file.scrub()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self) -> Mapping[bytes, PlaceSettings]:
        """Return all settings of the file; a place whose settings cannot be read has the defaults."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT key, settings FROM places").fetchall()
        found = {}
        for key, chosen in rows:
            try:
                found[key] = _SETTINGS.validate_json(chosen)
            except ValidationError:  # of a newer version, or damaged: one place must not keep all others from starting
                log.warning("What a chat has chosen cannot be read; it has the usual settings until it chooses anew.")
        return found

    def _home(self, platform: str, home: str) -> bytes:
        return self._file.key("home", platform, home)
