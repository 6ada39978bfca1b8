"""How to ask about a cluster: help and hints, made from the registry of checks."""

from collections.abc import Iterable, Sequence

from diagnostics import vocabulary
from diagnostics.invocation import SWEEP
from diagnostics.parameters import Parameter
from diagnostics.registry import Check, Registry
from handlers.diag import question
from handlers.diag.wording import Wording
from handlers.views import blocks, escaping, finding, layout
from handlers.views.layout import Message
from handlers.views.mrkdwn import Piece

COMMAND = "/diag"

_HINT = 1000
"""Characters that Slack takes for a command's usage hint."""


def usage_hint(checks: Iterable[Check]) -> str:
    """Return what the completion of `/diag` shows: how to ask, and every check."""
    ids = ", ".join(check.id for check in checks)
    hint = f"{SWEEP} [NAMESPACE] | CHECK [NAMESPACE[/NAME]] | {question.HELP} [CHECK] — {ids}"
    return escaping.shorten(hint, _HINT)


def usage(check: Check) -> str:
    """Return how to ask one check: `pods [NAMESPACE[/NAME]] [--option VALUE]`."""
    target = "[NAMESPACE[/NAME]]" if check.namespaced else "[NAME]"
    return " ".join([check.id, target, *(f"[{_option(parameter)}]" for parameter in check.parameters)])


def guide(checks: Registry, clusters: Sequence[str], say: Wording, *, note: str = "") -> Message:
    """Return the help: how to ask, and the checks by area; `note`, mrkdwn of ours, stands first."""
    asking = (
        (f"{SWEEP} payments", say.help_sweep),
        ("pods payments", say.help_check),
        ("service payments/api", say.help_object),
        (f"{question.HELP} pods", say.help_help),
    )
    areas = [
        f"*{say.area(area)}*  {' '.join(escaping.code(check.id) for check in found)}"
        for area, found in vocabulary.by_area(checks).items()
    ]
    small = [say.help_threads, *([_clusters(clusters, say)] if clusters else [])]
    content = [
        *([blocks.section(note)] if note else []),
        blocks.section(say.help_title),
        blocks.section("\n".join(_line(words, meaning) for words, meaning in asking)),
        blocks.divider(),
        blocks.section("\n".join([say.help_checks, *areas])),
        blocks.context("\n".join(small)),
    ]
    return Message(say.help_title.replace("*", ""), tuple(content))


def about(check: Check, say: Wording) -> Message:
    """Return what one check looks at, what it takes and what it can say."""
    codes = [
        Piece(f"• {finding.MARKS[code.severity]} {escaping.code(code.id)} {escaping.escape(code.meaning)}")
        for code in check.codes
    ]
    options = [
        Piece(f"• {escaping.code(_option(parameter))} — {_meaning(parameter, say)}") for parameter in check.parameters
    ]
    aliases = " ".join(map(escaping.code, vocabulary.aliases(check)))
    small = [say.help_aliases.format(words=aliases)] if aliases else []
    small += [say.help_target] if check.namespaced else []
    listed = [[Piece(title), *lines] for title, lines in ((say.help_options, options), (say.help_says, codes)) if lines]
    content = [
        blocks.section("\n".join([escaping.code(f"{COMMAND} {usage(check)}"), *_description(check)])),
        *(blocks.section(text) for pieces in listed for text in layout.paragraphs(pieces)),
        *([blocks.context("\n".join(small))] if small else []),
    ]
    return layout.message(check.title, content)


def _description(check: Check) -> list[str]:
    """Return the paragraphs of a docstring as lines that Slack may break where it likes."""
    return [escaping.escape(escaping.one_line(paragraph)) for paragraph in check.description.split("\n\n")]


def _line(words: str, meaning: str) -> str:
    return f"• {escaping.code(f'{COMMAND} {words}')} — {meaning}"


def _option(parameter: Parameter) -> str:
    return f"--{parameter.name} {parameter.placeholder}".rstrip()


def _meaning(parameter: Parameter, say: Wording) -> str:
    meaning = escaping.escape(parameter.meaning)
    if parameter.type is bool or parameter.default == "":
        return meaning
    return say.help_default.format(meaning=meaning, default=escaping.code(str(parameter.default)))


def _clusters(names: Sequence[str], say: Wording) -> str:
    return say.help_cluster.format(names=" ".join(map(escaping.code, names)))
