"""Clean text and find its sentences: pure functions on strings."""
