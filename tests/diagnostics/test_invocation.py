"""Questions as people write them."""

from typing import Annotated

import pytest

from diagnostics import errors, invocation
from diagnostics.registry import Registry, check
from diagnostics.resources import NODES, PODS
from diagnostics.target import Target


@pytest.fixture
def registry():
    registry = Registry()

    @check("logs", subject=PODS, registry=registry)
    def logs(
        seen, *, tail: Annotated[int, "how many lines"] = 100, previous: Annotated[bool, "the run before"] = False
    ):
        """Show a log."""
        return ()

    @check("node", subject=NODES, registry=registry)
    def node(seen):
        """Judge a node."""
        return ()

    return registry


@pytest.mark.parametrize(
    ("text", "check_id", "target", "arguments", "cluster"),
    [
        pytest.param("logs payments/api", "logs", Target("payments", "api"), {}, "", id="namespace and name"),
        pytest.param("logs payments", "logs", Target("payments"), {}, "", id="namespace alone"),
        pytest.param("logs -n payments api", "logs", Target("payments", "api"), {}, "", id="namespace as option"),
        pytest.param("logs --tail 5 --previous", "logs", Target(), {"tail": 5, "previous": True}, "", id="parameters"),
        pytest.param("logs -p shop/a", "logs", Target("shop", "a"), {"previous": True}, "", id="short name"),
        pytest.param("logs --tail=5 shop/a", "logs", Target("shop", "a"), {"tail": 5}, "", id="equals sign"),
        pytest.param("node ip-10-0-0-1", "node", Target("", "ip-10-0-0-1"), {}, "", id="without namespace"),
        pytest.param("sweep --cluster staging", None, Target(), {}, "staging", id="sweep of another cluster"),
        pytest.param("", None, Target(), {}, "", id="nothing is a sweep"),
        pytest.param("all -n shop", None, Target("shop"), {}, "", id="all is a sweep"),
        pytest.param("Nodes", "node", Target(), {}, "", id="plural and capital"),
        pytest.param("no/a", "node", Target("", "a"), {}, "", id="slash without namespace"),
        pytest.param("log/a -n shop", "logs", Target("shop", "a"), {}, "", id="slash and namespace"),
        pytest.param("logs -A", "logs", Target(), {}, "", id="all namespaces"),
        pytest.param("logs shop/a -n shop", "logs", Target("shop", "a"), {}, "", id="namespace twice"),
        pytest.param("node a -n kube-system", "node", Target("", "a"), {}, "", id="namespace of what has none"),
    ],
)
def test_a_question_is_read(registry, text, check_id, target, arguments, cluster):
    asked = invocation.parse(text, registry)

    assert (asked.check.id if asked.check else None, asked.target) == (check_id, target)
    assert (asked.arguments, asked.cluster) == (arguments, cluster)


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        pytest.param("lgos payments", errors.CheckUnknown, "did you mean logs", id="unknown check"),
        pytest.param("swep payments", errors.CheckUnknown, "did you mean sweep", id="nearly a sweep"),
        pytest.param("logs --tial 5", errors.ParameterInvalid, "did you mean --tail", id="unknown parameter"),
        pytest.param("logs --tail many", errors.ParameterInvalid, "a whole number such as 100", id="wrong kind"),
        pytest.param("logs --foo", errors.ParameterInvalid, "no option --foo; there is .*--namespace", id="no option"),
        pytest.param("logs --tail", errors.ParameterInvalid, "lacks its value; write --tail N", id="no value"),
        pytest.param("logs --tail -p", errors.ParameterInvalid, "--tail lacks its value", id="option for a value"),
        pytest.param("logs a/b -n c", errors.ParameterInvalid, "a/b is in the namespace a", id="two namespaces"),
        pytest.param("logs a b", errors.ParameterInvalid, "are 2 targets.* or write a/b", id="two targets"),
        pytest.param("logs Payments", errors.NameInvalid, "not a namespace", id="impossible name"),
        pytest.param("logs a/../b", errors.NameInvalid, "not a name", id="path in a name"),
        pytest.param("logs 'a", errors.ParameterInvalid, "cannot be read", id="open quote"),
        pytest.param(
            "sweep --tail 5", errors.ParameterInvalid, "no option --tail; there is .*--cluster", id="of a sweep"
        ),
    ],
)
def test_a_question_that_cannot_be_read_is_answered_with_what_would_be_right(registry, text, error, sentence):
    with pytest.raises(error, match=sentence):
        invocation.parse(text, registry)
