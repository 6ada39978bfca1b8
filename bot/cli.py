"""The command line: a table of contents that imports a command only when it is called."""

import errno
import importlib
import os
import sys
from typing import Any

import click

import bot
from bot import standard_streams
from bot.interruption import INTERRUPTED

COMMANDS = {
    "demo": "bot.demo:demo",
    "diag": "bot.diag:diag",
    "doctor": "bot.doctor:doctor",
    "eval": "bot.evaluate:evaluate",
    "kb": "bot.kb:kb",
    "match": "bot.match:match",
    "run": "bot.run:run",
    "scan": "bot.scan:scan",
}
"""Command name to `module:function`. `match` must not wait for Slack's SDK, nor `run` for what measures the matcher."""


class TableOfContents(click.Group):
    """A group whose commands are named in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Return the names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line, whatever its caller made of the standard streams."""
        standard_streams.mend()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; one that Ctrl-C ends says so by its status, a full disk below its output is told as such."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo(err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            _let_go_of_output()
            raise click.ClickException("the output cannot be written to its end: no space is left there") from None


def _let_go_of_output() -> None:
    """Write what is left of the output nowhere, for Python would try once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@click.group(cls=TableOfContents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(bot.__version__, prog_name="pastemortem")
def main() -> None:
    """Paste an error, get the post-mortem the team already wrote, and see whether it is true of the cluster."""


if __name__ == "__main__":
    main(prog_name="pastemortem")
