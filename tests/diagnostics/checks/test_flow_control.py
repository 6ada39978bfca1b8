"""Shares of the API server: a schema whose priority level is there is left alone."""

from diagnostics.resources import FLOW_SCHEMAS
from tests.diagnostics.snapshots import codes, findings, named


def schema(dangling):
    message = 'This FlowSchema references the PriorityLevelConfiguration object named "batch"'
    condition = {"type": "Dangling", "status": dangling, "message": message}
    return named(
        "nightly",
        namespace="",
        spec={"priorityLevelConfiguration": {"name": "batch"}, "matchingPrecedence": 1000},
        status={"conditions": [condition]},
    )


def test_a_schema_whose_level_does_not_exist_is_said_with_the_name_of_the_level():
    [found] = findings("flow-control", {FLOW_SCHEMAS: [schema("True")]})

    assert (found.code, str(found.cause)) == ("flow-control.level-missing", "PriorityLevelConfiguration//batch")
    assert "names the priority level batch, which does not exist (Dangling)" in found.title


def test_a_schema_whose_level_exists_is_in_order():
    assert codes("flow-control", {FLOW_SCHEMAS: [schema("False")]}) == []
