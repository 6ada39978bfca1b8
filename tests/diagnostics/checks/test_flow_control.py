"""Shares of the API server: schemas and levels that fit each other are left alone."""

import pytest

from diagnostics.resources import FLOW_SCHEMAS, PRIORITY_LEVELS
from tests.diagnostics.snapshots import findings, named


def schema(name="batch", level="batch", dangling="False"):
    message = f'This FlowSchema references the PriorityLevelConfiguration object named "{level}"'
    condition = {"type": "Dangling", "status": dangling, "reason": "NotFound", "message": message}
    return named(
        name,
        namespace="",
        spec={"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": 1000},
        status={"conditions": [condition]},
    )


def level(name="batch", response="Reject", **limited):
    spec = {"type": "Limited", "limited": {"limitResponse": {"type": response}, **limited}}
    return named(name, namespace="", spec=spec)


def judged(*levels, schemas=None):
    return findings("flow-control", {FLOW_SCHEMAS: schemas or [schema()], PRIORITY_LEVELS: list(levels)})


def test_a_schema_whose_level_does_not_exist_is_said_with_the_name_of_the_level():
    [found] = judged(schemas=[schema(level="tiny", dangling="True")])

    assert (found.code, str(found.cause)) == ("flow-control.level-missing", "PriorityLevelConfiguration//tiny")
    assert "names the priority level tiny, which does not exist (Dangling)" in found.title


@pytest.mark.parametrize(
    ("response", "words"), [("Reject", "answers 429 to every request of batch"), ("Queue", "lets wait in vain")]
)
def test_a_level_without_any_seat_is_said_with_who_is_sent_there(response, words):
    [found] = judged(level(response=response, nominalConcurrencyShares=0, borrowingLimitPercent=0))

    assert found.code == "flow-control.no-seats"
    assert words in found.title


@pytest.mark.parametrize(
    "well",
    [
        level(nominalConcurrencyShares=5),
        level(nominalConcurrencyShares=0),
        level(nominalConcurrencyShares=0, borrowingLimitPercent=50),
        level("unused", nominalConcurrencyShares=0, borrowingLimitPercent=0),
        named("batch", namespace="", spec={"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0}}),
    ],
    ids=["a share", "borrows at will", "borrows some", "nobody is sent there", "exempt"],
)
def test_a_level_that_lets_requests_through_is_left_alone(well):
    assert judged(well) == []
