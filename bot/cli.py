"""The command line: a table of contents that imports a command only when it is called."""

import importlib

import click

import bot

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


@click.group(cls=TableOfContents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(bot.__version__, prog_name="pastemortem")
def main() -> None:
    """Paste an error, get the post-mortem the team already wrote, and see whether it is true of the cluster."""


if __name__ == "__main__":
    main(prog_name="pastemortem")
