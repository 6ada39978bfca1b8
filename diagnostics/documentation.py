"""docs/diagnostics.md, generated from the checks: `python -m diagnostics.documentation > docs/diagnostics.md`."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from diagnostics.exclusions import ANNOTATION
from diagnostics.needs import Document, Need
from diagnostics.parameters import Parameter
from diagnostics.peers import PEERS
from diagnostics.registry import Check

_HEAD = f"""\
# Diagnostics

Generated from the checks by `python -m diagnostics.documentation`. To add one: [writing a check](writing-a-check.md).

A check reads a cluster and says what is wrong, on which object, with the fields that show it and what to do next. It
never changes anything; [deploy](../deploy/README.md) tells what it may read.

```sh
pastemortem diag sweep                        # every check, the whole cluster, findings grouped by their cause
pastemortem diag pods payments                # one check, one namespace
pastemortem diag service payments/api --json  # one object, for a program
pastemortem diag sweep --context staging --exclude 'namespace:sandbox-*' --exclude code:pods.restarted
pastemortem diag po/api -n payments           # checks answer to kubectl's names: po, svc, deploy, no, ing, pvc, ns, ...
pastemortem diag --list
```

In Slack it is `/diag sweep`, `/diag pods payments`, `/diag service payments/api --cluster staging`.

A sweep shows findings under what causes them, the root cause first and each thing after what explains it: a lost node
before its pods, a role that STS refuses, a DNS address where nothing answers or a policy that lets nothing out before
the pods whose logs complain of it, a webhook before the workloads whose pods it refuses. What another finding on the
same object tells already (`rollout.unavailable` beside `pods.crash-loop`) is not said again; its fields stand with that
one. A check that is asked for by itself says everything.

A name is looked up before anything else is read. Where nothing has it, or its namespace does not exist, that is the
answer, with the names that are near, in the same namespace or another. One check of one object costs six requests at
most, whether or not it exists; the further pages of a long list are not counted.

| exit status | what it means |
|---|---|
| 0 | nothing is wrong |
| 1 | there are findings; what could not be read beside them is on standard error |
| 2 | could not look: no finding, and something was not read, so nobody knows |
| 130 | Ctrl-C; what was found until then is printed |

Where an entry of the knowledge base documents what a finding or a log says, the entry is named, once, with how sure
that is. `--lang ko` speaks Korean around the findings; `PASTEMORTEM_LANGUAGE` sets it for good. Colours and folded
lines are for a terminal (`NO_COLOR` leaves the colours out); a pipe or a file gets each line whole.
Of more than 25 findings a terminal shows the most severe whole and counts the others by code; `| less` has them all.
Slack shows the first few whole, and of more than 20 others how many there are of each code; all of them are in a file.

`--json` prints an array of findings, each with `check`, `code`, `object` (`Kind/namespace/name`), `severity`
(`critical`, `warning`, `note`), `title`, `evidence` (field to value), `next` and `documented`: null, or the entry that
documents it, by `id`, `title` and `verdict` (`sure`, `likely`). What could not be read stands in it too, with the
severity `unknown` and the code `could-not-look`. After them comes what a check shows beside its findings, or shows
alone (a log, a table): an object with `exhibit` (its title), `columns`, `rows` (arrays of text, one for each column)
and `documented`, and nothing else of a finding. Where a check judges, an array without a `severity` in it means that
nothing is wrong; that of a sweep is then empty. `jq '.[] | select(.severity)'` leaves exhibits out.

Codes stay what they are. What you do not want to hear is left out by code, namespace or label with `--exclude`, or on
an object by the annotation `{ANNOTATION}: pods.restarted, service.*` (`*` for everything).
"""

_PEERS_HEAD = """\
## Beside k8sgpt, popeye and detek

Every analyzer and code of theirs, which of our codes says it, and why the rest is left to them. What none of them says
has no row: DNS, IAM roles, rollouts that cannot move, version skew, the control plane, and more.

| theirs | flags | ours | left, and why |
|---|---|---|---|
"""


def document(checks: Iterable[Check]) -> str:
    """Return docs/diagnostics.md."""
    known = list(checks)
    return "\n".join([_HEAD, "## The checks\n", *map(_section, known), _PEERS_HEAD + "\n".join(_peer_rows(known)), ""])


def _section(check: Check) -> str:
    """Return what a check looks at, how it is asked, what it reads and what it can say."""
    told = [f"### {check.id}", check.description, f"`pastemortem diag {check.id}{_usage(check)}`"]
    told += [f"Reads {_listed(check.needs)}.{_better_with(check)}"]
    if not check.swept:
        told += ["Not part of a sweep."]
    if check.parameters:
        told += [_table(("option", "default", "meaning"), map(_parameter_row, check.parameters))]
    if check.codes:
        rows = ((f"`{code.id}`", code.severity, code.meaning) for code in check.codes)
        told += [_table(("code", "severity", "says"), rows)]
    return "\n\n".join(told) + "\n"


def _usage(check: Check) -> str:
    return " [NAMESPACE[/NAME]]" if check.namespaced else " [NAME]"


def _better_with(check: Check) -> str:
    return f" Says more with {_listed(check.helps)}." if check.helps else ""


def _listed(wanted: Iterable[Need | Document]) -> str:
    return ", ".join(dict.fromkeys(_spoken(want) for want in wanted)) or "nothing beforehand"


def _spoken(want: Need | Document) -> str:
    """Return what is read as a person would name it: `pods`, `configmaps of kube-system`, `/version`."""
    if isinstance(want, Document):
        return f"`{want.path}`"
    kept = f" ({want.fields})" if want.fields else ""
    where = f" of {want.namespace}" if want.namespace else ""
    return f"{want.resource}{where}{kept}"


def _parameter_row(parameter: Parameter) -> tuple[str, str, str]:
    value = f" {parameter.placeholder}" if parameter.placeholder else ""
    default = "" if parameter.type is bool or parameter.default == "" else f"`{parameter.default}`"
    return f"`--{parameter.name}{value}`", default, parameter.meaning


def _peer_rows(checks: Iterable[Check]) -> Iterator[str]:
    """Return a row for each thing that another tool flags."""
    ours: dict[str, list[str]] = defaultdict(list)
    for check in checks:
        for code in check.codes:
            for peer in code.peers:
                ours[peer].append(f"`{code.id}`")
    for theirs in PEERS:
        yield _row((theirs.id, theirs.flags, ", ".join(ours[theirs.id]), theirs.left))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([_row(columns), _row(["---"] * len(columns)), *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    from diagnostics.checks import CHECKS

    sys.stdout.write(document(CHECKS))
