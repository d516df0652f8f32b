"""The newsroom: what admins and editors do with a living corpus, the same from every chat and the command line."""
