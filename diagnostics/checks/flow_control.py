"""How the API server shares itself out: flow schemas that lead to a priority level which is not there."""

from collections.abc import Iterable

from diagnostics import excerpts, needs
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import FLOW_SCHEMAS
from diagnostics.snapshot import Snapshot

LEVEL_MISSING = Code(
    "flow-control.level-missing",
    Severity.WARNING,
    "A FlowSchema names a priority level that does not exist, so its requests are treated as any others",
)

CODES = (LEVEL_MISSING,)


@check("flow-control", subject=FLOW_SCHEMAS, needs=(needs.if_served(FLOW_SCHEMAS),), codes=CODES)
def flow_control(seen: Snapshot) -> Iterable[Finding]:
    """FlowSchemas that name a priority level which is not there.

    Who is answered 429 (too many requests) for asking too much is told by its own log: the API server does not say it
    of anybody.
    """
    for schema in seen.within(FLOW_SCHEMAS):
        if schema.condition("Dangling").text("status") == "True":
            yield _level_missing(schema)


def _level_missing(schema: Object) -> Finding:
    level, dangling = schema.text("spec.priorityLevelConfiguration.name"), schema.condition("Dangling")
    return LEVEL_MISSING.found(
        schema,
        f"names the priority level {level}, which does not exist (Dangling): "
        f"{excerpts.first(dangling.text('message'))}",
        evidence={
            **schema.quote("spec.priorityLevelConfiguration.name", "spec.matchingPrecedence"),
            **dangling.quote("status", "reason", "message"),
        },
        next=f"kubectl get prioritylevelconfigurations; create {level}, or correct its name in the FlowSchema; until "
        "then its requests are those of the next schema that matches",
        cause=Reference("PriorityLevelConfiguration", "", level),
    )
