"""The newsroom: how articles come and go."""
