"""`python -m workspace`: the workspace by itself, to be joined by an app of yours."""

import json
from pathlib import Path

import click

from workspace import seed, server
from workspace.errors import WorkspaceError
from workspace.manifest import Manifest
from workspace.seed import Sample
from workspace.slack import Slack, Timing

PORT = 8282


def environment(slack: Slack, url: str) -> dict[str, str]:
    """Return the variables with which an app joins this workspace."""
    return {
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
    }


@click.command()
@click.option("--port", default=PORT, show_default=True, help="Port to listen on; 0 takes any that is free.")
@click.option("--host", default=server.HOST, show_default=True, help="Address to listen on; no other is allowed.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Slack app manifest: commands, shortcuts, scopes.")
@click.option("--samples", type=click.Path(path_type=Path), default=seed.SAMPLES, help="Pastes to try, as YAML.")
@click.option("--json", "as_json", is_flag=True, help="Print the address and the variables as one line of JSON.")
def main(port: int, host: str, manifest: Path | None, samples: Path, *, as_json: bool) -> None:
    """Run a local stand-in for Slack, until Ctrl-C."""
    try:
        slack = seed.workspace(Manifest.read(manifest) if manifest else Manifest(), Timing())
        pastes = Sample.read(samples)
        listener = server.listening(port, host)
    except WorkspaceError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used ({error.strerror}); choose another with --port"
        ) from error
    url = server.address(listener)
    variables = environment(slack, url)
    if as_json:
        click.echo(json.dumps({"url": url, "environment": variables}))
    else:
        click.echo(f"The workspace is at {url}\n\nLet an app join it:\n")
        for name, value in variables.items():
            click.echo(f"  export {name}={value}")
        click.echo("\nCtrl-C ends it; nothing is kept.")
    server.serve(slack, listener, pastes)


if __name__ == "__main__":
    main(prog_name="python -m workspace")
