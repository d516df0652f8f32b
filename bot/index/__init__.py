"""Articles become an index, and the index is read: build, Library, Snapshot, find_model.

Importing this package loads nothing heavy: `from bot.index.lending import Library` and so on.
"""
