"""What the bot reaches, measured: `make bench ARGS="--bench DIR"`, results kept in RESULTS.md."""
