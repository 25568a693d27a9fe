# The app alone: PostGIS runs beside it (docker-compose.yml).
FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN python -m pip wheel --quiet --wheel-dir /wheels --constraint requirements.lock .

FROM python:3.12-slim-bookworm
# pg_dump and pg_restore of the version that docker-compose.yml runs
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home watchfloor \
    && install -d -o watchfloor -m 0700 /var/lib/watchfloor
COPY --from=build /wheels /wheels
RUN python -m pip install --quiet --no-cache-dir --no-index --find-links /wheels watchfloor && rm -r /wheels
COPY scripts/docker_entrypoint.sh /usr/local/bin/docker_entrypoint.sh
USER watchfloor
ENV WATCHFLOOR_HOME=/var/lib/watchfloor
VOLUME /var/lib/watchfloor
EXPOSE 8470
HEALTHCHECK --interval=15s --timeout=8s --start-period=90s --retries=4 CMD ["python", "-m", "watchfloor.app.health_probe"]
ENTRYPOINT ["/usr/local/bin/docker_entrypoint.sh"]
CMD ["watchfloor", "serve"]
