"""How the words behind `/diag` are read."""

from typing import Annotated, Literal

import pytest

from diagnostics.errors import CheckUnknown
from diagnostics.registry import Registry, check
from diagnostics.resources import NODES, PODS
from diagnostics.target import Target
from handlers.diag import question
from handlers.diag.question import HelpWanted


@pytest.fixture(scope="module")
def checks():
    """Two checks of our own: what is read does not depend on those that ship."""
    registry = Registry()

    @check("logs", subject=PODS, registry=registry)
    def logs(
        seen,
        *,
        previous: Annotated[bool, "the run before"] = False,
        container: Annotated[str, "which container"] = "",
        tail: Annotated[int, "how many lines"] = 40,
        order: Annotated[Literal["newest", "oldest"], "what comes first"] = "oldest",
    ):
        """The log of one container."""
        return []

    @check("node", subject=NODES, registry=registry)
    def node(seen):
        """What is wrong with nodes."""
        return []

    return registry


@pytest.mark.parametrize(
    ("text", "word", "target"),
    [
        ("logs", "logs", Target()),
        ("logs payments", "logs", Target("payments")),
        ("LOGS payments/", "logs", Target("payments")),
        ("logs payments/api", "logs", Target("payments", "api")),
        ("logs api -n payments", "logs", Target("payments", "api")),
        ("logs -n payments", "logs", Target("payments")),
        ("logs --namespace=payments api", "logs", Target("payments", "api")),
        ("node ip-10-0-0-1", "node", Target("", "ip-10-0-0-1")),
        ("sweep payments", "sweep", Target("payments")),
    ],
)
def test_a_target_is_written_as_beside_kubectl(checks, text, word, target):
    asked = question.parse(text, checks)

    assert (asked.word, asked.target) == (word, target)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("logs a/b --previous", {"previous": True}),
        ("logs -p a/b -c web", {"previous": True, "container": "web"}),
        ("logs a/b —tail 5", {"tail": 5}),
        ("logs a/b –tail=5", {"tail": 5}),
        ("logs a/b --container “web app”", {"container": "web app"}),
        ("logs --order newest a/b", {"order": "newest"}),
    ],
    ids=["a flag", "short names", "a dash", "another dash", "curly quotes", "a choice"],
)
def test_options_are_read_as_phones_and_keyboards_write_them(checks, text, arguments):
    asked = question.parse(text, checks)

    assert dict(asked.arguments) == arguments
    assert asked.target == Target("a", "b")


def test_the_cluster_is_no_argument_of_the_check(checks):
    asked = question.parse("logs a/b --cluster prod --tail 5", checks)

    assert (asked.cluster, dict(asked.arguments)) == ("prod", {"tail": 5})


@pytest.mark.parametrize("text", ["", "help", "--help", "help sweep"])
def test_nothing_and_help_ask_for_help(checks, text):
    assert question.parse(text, checks) == HelpWanted()


@pytest.mark.parametrize("text", ["help node", "node --help", "node a -h"])
def test_help_can_be_about_one_check(checks, text):
    asked = question.parse(text, checks)

    assert asked == HelpWanted(checks.get("node"))


def test_a_word_that_is_no_check_names_the_nearest(checks):
    with pytest.raises(CheckUnknown) as unknown:
        question.parse("lgos payments", checks)

    assert (unknown.value.word, unknown.value.nearest) == ("lgos", ("logs",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("diag pods payments", "pods payments"),
        ("/diag  pods", "pods"),
        ("Diag", ""),
        ("diagnostics are broken", None),
        ("diag: exit status 1", None),
        ("diag pods\nError: exit status 1", None),
    ],
)
def test_a_message_asks_about_the_cluster_only_if_it_is_one_line_that_begins_with_the_word(text, said):
    assert question.spoken(text) == said
