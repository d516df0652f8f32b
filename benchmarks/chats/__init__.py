"""The chat platforms on bad days: kills, faults, hostile texts, people who are no admins."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))  # the servers and the makers of text that the tests have
