"""Pages and feeds from the network, by strangers: `Getter.get`, and nothing gets further in than its bytes."""

from bot.fetching.addresses import Allowed
from bot.fetching.getter import Fetched, Getter, Limits

__all__ = ["Allowed", "Fetched", "Getter", "Limits"]
