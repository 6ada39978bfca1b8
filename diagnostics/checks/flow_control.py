"""How the API server shares itself out: schemas that lead nowhere, and levels that let nothing through."""

from collections.abc import Iterable, Iterator, Sequence

from diagnostics import excerpts, kubectl, needs
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import FLOW_SCHEMAS, PRIORITY_LEVELS
from diagnostics.snapshot import Snapshot

LEVEL_MISSING = Code(
    "flow-control.level-missing",
    Severity.WARNING,
    "A FlowSchema names a priority level that does not exist, so its requests are treated as any others",
)
NO_SEATS = Code(
    "flow-control.no-seats",
    Severity.WARNING,
    "A priority level has no share of the API server and may borrow none, so its requests are refused or wait in vain",
)

CODES = (LEVEL_MISSING, NO_SEATS)


@check(
    "flow-control",
    subject=FLOW_SCHEMAS,
    needs=(needs.if_served(FLOW_SCHEMAS),),
    helps=(needs.if_served(PRIORITY_LEVELS),),
    codes=CODES,
)
def flow_control(seen: Snapshot) -> Iterable[Finding]:
    """FlowSchemas that name a priority level which is not there, and levels that have no seats to give.

    Who is answered 429 (too many requests) for asking too much is told by its own log: the API server does not say it
    of anybody.
    """
    for schema in seen.within(FLOW_SCHEMAS):
        dangling = schema.condition("Dangling")
        if dangling.text("status") == "True":
            yield _level_missing(schema, dangling.text("message"))
    if not seen.target.name:
        yield from _levels(seen)


def _level_missing(schema: Object, message: str) -> Finding:
    level = _level_of(schema)
    return LEVEL_MISSING.found(
        schema,
        f"names the priority level {level}, which does not exist (Dangling): {excerpts.first(message)}",
        evidence={
            **schema.quote("spec.priorityLevelConfiguration.name", "spec.matchingPrecedence"),
            **schema.condition("Dangling").quote("status", "reason", "message"),
        },
        next=f"kubectl get prioritylevelconfigurations; create {level}, or correct its name in the FlowSchema; until "
        "then its requests are those of the next schema that matches",
        cause=Reference("PriorityLevelConfiguration", "", level),
    )


def _levels(seen: Snapshot) -> Iterator[Finding]:
    for level in seen.within(PRIORITY_LEVELS):
        leading = [schema for schema in seen.all(FLOW_SCHEMAS) if _level_of(schema) == level.name]
        if leading and _has_no_seats(level):
            yield _no_seats(level, leading)


def _has_no_seats(level: Object) -> bool:
    """Say whether a level has no share, and a limit of nought on what it may borrow; without one it borrows at will."""
    share, borrows = (
        level.text("spec.limited.nominalConcurrencyShares"),
        level.text("spec.limited.borrowingLimitPercent"),
    )
    return (share, borrows) == ("0", "0")


def _no_seats(level: Object, leading: Sequence[Object]) -> Finding:
    schemas = ", ".join(schema.name for schema in leading)
    does = "answers 429 to" if level.text("spec.limited.limitResponse.type") == "Reject" else "lets wait in vain"
    return NO_SEATS.found(
        level,
        "has no share of the API server (nominalConcurrencyShares 0) and borrows none: "
        f"it {does} every request of {schemas}",
        evidence=level.quote("spec.limited"),
        next=f"{kubectl.describe(level.reference)}; give it nominalConcurrencyShares above 0, unless these requests "
        "are to be kept out",
    )


def _level_of(schema: Object) -> str:
    return schema.text("spec.priorityLevelConfiguration.name")
