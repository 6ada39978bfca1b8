# The bot as deploy/ runs it: nobody's user, nothing to write but the data folder, nothing fetched once it is built.
FROM python:3.13-slim-trixie AS build
RUN python -m venv /opt/pastemortem
ENV PATH=/opt/pastemortem/bin:$PATH
WORKDIR /src
COPY requirements/run.lock requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY diagnostics diagnostics
COPY handlers handlers
COPY knowledge knowledge
COPY workspace workspace
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
COPY --from=build /opt/pastemortem /opt/pastemortem
ENV PATH=/opt/pastemortem/bin:$PATH \
    PASTEMORTEM_DATA=/data \
    PASTEMORTEM_HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1
RUN install -d -o 65532 -g 65532 /data
VOLUME /data
USER 65532:65532
EXPOSE 3000
ENTRYPOINT ["pastemortem"]
CMD ["run"]
