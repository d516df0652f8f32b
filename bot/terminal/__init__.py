"""The terminal as a place to chat: an adapter over one conversation."""
