"""What an index must survive: kills, switches, damage, faults and races, each counted at its full target."""

from benchmarks.safety.table import Counts, safety

__all__ = ["Counts", "safety"]
