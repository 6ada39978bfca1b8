"""How to ask about a cluster: help and hints, made from the registry of checks."""

from collections.abc import Iterable, Sequence

from diagnostics.invocation import SWEEP
from diagnostics.parameters import Parameter
from diagnostics.registry import Check
from handlers.diag import question
from handlers.diag.wording import Wording
from handlers.views import blocks, escaping, finding, layout
from handlers.views.layout import Message
from handlers.views.mrkdwn import Piece

COMMAND = "/diag"

_HINT = 1000
"""Characters that Slack takes for a command's usage hint."""


def usage_hint(checks: Iterable[Check]) -> str:
    """Return what the completion of `/diag` shows: every word with its target, options too where there is room."""
    checks = list(checks)
    for options in (True, False):
        words = [f"{SWEEP} [NAMESPACE]", *(usage(check, options=options) for check in checks), "help [CHECK]"]
        hint = " | ".join(words)
        if len(hint) <= _HINT:
            return hint
    return escaping.shorten(" | ".join([SWEEP, *(check.id for check in checks), question.HELP]), _HINT)


def usage(check: Check, *, options: bool = True) -> str:
    """Return how to ask one check: `pods [NAMESPACE[/NAME]] [--option VALUE]`."""
    target = "[NAMESPACE[/NAME]]" if check.namespaced else "[NAME]"
    return " ".join([check.id, target, *(_option(parameter) for parameter in check.parameters if options)])


def guide(checks: Iterable[Check], clusters: Sequence[str], say: Wording, *, note: str = "") -> Message:
    """Return the help; `note`, mrkdwn of ours, stands first."""
    lines = [
        _line(f"{SWEEP} [NAMESPACE]", say.help_sweep),
        *(_line(usage(check, options=False), escaping.escape(check.title)) for check in checks),
        _line(f"{question.HELP} [CHECK]", say.help_help),
    ]
    small = [say.help_target, say.help_threads, *([_clusters(clusters, say)] if clusters else [])]
    content = [
        *([blocks.section(note)] if note else []),
        blocks.section(say.help_title),
        *(blocks.section(text) for text in layout.paragraphs(lines)),
        blocks.context("\n".join(small)),
    ]
    return Message(say.help_title.replace("*", ""), tuple(content))


def about(check: Check, say: Wording) -> Message:
    """Return what one check looks at, what it takes and what it can say."""
    said = [
        Piece(f"• {finding.MARKS[code.severity]} {escaping.code(code.id)} {escaping.escape(code.meaning)}")
        for code in check.codes
    ]
    options = [
        Piece(f"• {escaping.code(_option(parameter))} — {_meaning(parameter, say)}") for parameter in check.parameters
    ]
    pieces = [
        _line(usage(check), escaping.escape(check.description)),
        *([Piece(say.help_options), *options] if options else []),
        *([Piece(say.help_says), *said] if said else []),
    ]
    content = [blocks.section(text) for text in layout.paragraphs(pieces)]
    return layout.message(check.title, [*content, blocks.context(say.help_target)])


def _line(words: str, meaning: str) -> Piece:
    return Piece(f"• {escaping.code(f'{COMMAND} {words}')} — {meaning}")


def _option(parameter: Parameter) -> str:
    if parameter.type is bool:
        return f"[--{parameter.name}]"
    value = ",".join(parameter.choices) or ("N" if parameter.type is int else "TEXT")
    return f"[--{parameter.name} {value}]"


def _meaning(parameter: Parameter, say: Wording) -> str:
    meaning = escaping.escape(parameter.meaning)
    if parameter.type is bool or parameter.default == "":
        return meaning
    return say.help_default.format(meaning=meaning, default=escaping.code(str(parameter.default)))


def _clusters(names: Sequence[str], say: Wording) -> str:
    return say.help_cluster.format(names=" ".join(map(escaping.code, names)))
