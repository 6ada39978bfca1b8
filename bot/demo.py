"""`pastemortem demo`: the local workspace and the bot in it, on this machine."""

import importlib.util
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from pydantic import SecretStr

from bot import logs, manifest
from bot import settings as configuration
from bot.clusters import RecordedCluster
from bot.run import serve, stopped_by_signals
from bot.settings import Mode, Settings, SettingsInvalid

PORT = 8282

CLUSTER = Path(__file__).with_name("demo-cluster.json.gz")
"""A real cluster in which a ConfigMap is missing, recorded; tests/recordings has it as config-missing-configmap."""

GREETING = """
  Pastemortem is at {url}

  Open #try-it there and click a paste. /diag sweep looks at the recording of a cluster, not at one of yours.
  Ctrl-C ends it; nothing is kept.
"""

GRACE = 5.0
"""Seconds that the workspace has to end."""


@dataclass(frozen=True)
class LocalWorkspace:
    """The workspace that runs beside us, and how to join it."""

    process: subprocess.Popen[str]
    url: str
    environment: dict[str, str]


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Port of the page; 0 takes any that is free.",
)
def demo(port: int) -> None:
    """Try it without Slack: open a workspace on this machine, with the bot in it, until Ctrl-C."""
    try:
        settings = configuration.read()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from None
    with tempfile.TemporaryDirectory(prefix="pastemortem-") as folder, _workspace(port, Path(folder)) as local:
        joined = _joining(settings, local, Path(folder))
        logs.configure(joined)
        stop = stopped_by_signals()
        threading.Thread(target=_stop_with, args=(local.process, stop), daemon=True).start()
        clusters = RecordedCluster(CLUSTER)
        serve(joined, Mode.SOCKET, stop, ready=lambda: click.echo(GREETING.format(url=local.url)), clusters=clusters)


def _joining(settings: Settings, local: LocalWorkspace, folder: Path) -> Settings:
    """Return the settings with which the bot joins the workspace, whatever real one the environment names."""
    given = local.environment
    return settings.model_copy(
        update={
            "slack_api_url": given["SLACK_API_URL"],
            "slack_bot_token": SecretStr(given["SLACK_BOT_TOKEN"]),
            "slack_app_token": SecretStr(given["SLACK_APP_TOKEN"]),
            "data": folder,
            "port": 0,
            "log_level": "warning" if settings.log_level == "info" else settings.log_level,
        }
    )


@contextmanager
def _workspace(port: int, folder: Path) -> Iterator[LocalWorkspace]:
    """Run the workspace by its public command, and end it afterwards."""
    if missing := [name for name in ("workspace", "websockets") if importlib.util.find_spec(name) is None]:
        raise click.ClickException(
            f"the local workspace is not installed ({' and '.join(missing)} missing); "
            "install it with: pip install 'pastemortem[workspace]'"
        )
    described = folder / "slack-manifest.yaml"
    described.write_text(manifest.document(), encoding="utf-8")
    command = [sys.executable, "-m", "workspace", "--json", "--port", str(port), "--manifest", str(described)]
    # In a session of its own, so that Ctrl-C reaches the bot first and the bot can say goodbye.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                # It has said why on standard error: that the port is taken, for instance.
                sys.exit(process.wait(GRACE))
            told = json.loads(line)
            yield LocalWorkspace(process, told["url"], told["environment"])
        finally:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()


def _stop_with(process: subprocess.Popen[str], stop: threading.Event) -> None:
    process.wait()
    stop.set()
