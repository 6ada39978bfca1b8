"""Checks register themselves, and nothing about one is left out: docs, tests, peers, its place in the package."""

from pathlib import Path

import pytest

from diagnostics import documentation, errors
from diagnostics.checks import CHECKS
from diagnostics.finding import Code, Severity
from diagnostics.objects import Reference
from diagnostics.peers import PEERS
from diagnostics.registry import Registry, check
from diagnostics.resources import PODS
from tests.diagnostics.snapshots import snapshot

ROOT = Path(__file__).parents[2]
EACH_CHECK = pytest.mark.parametrize("known", list(CHECKS), ids=lambda known: known.id)
DOWN = Code("doors.down", Severity.CRITICAL, "A door is down")


@pytest.fixture
def registry():
    return Registry()


def module_of(known):
    return known.judge.__module__.rpartition(".")[2]


@EACH_CHECK
def test_a_check_tells_what_it_does_in_one_sentence(known):
    assert known.title.endswith(".")
    assert known.title.count(". ") == 0


@EACH_CHECK
def test_a_check_is_a_file_of_its_name_with_a_test_beside_it(known):
    assert module_of(known) == known.id.replace("-", "_")
    assert (ROOT / "tests/diagnostics/checks" / f"test_{module_of(known)}.py").is_file()


def test_every_file_of_checks_is_registered():
    files = {path.stem for path in (ROOT / "diagnostics/checks").glob("*.py")} - {"__init__"}

    assert files == {module_of(known) for known in CHECKS}


@EACH_CHECK
def test_a_check_says_what_its_findings_are_about(known):
    assert known.subjects
    assert all(code.meaning and not code.meaning.endswith(".") for code in known.codes)
    assert all(parameter.meaning for parameter in known.parameters)


def test_the_page_of_the_checks_is_up_to_date():
    assert (ROOT / "docs/diagnostics.md").read_text() == documentation.document(CHECKS), "run: make docs"


def test_codes_name_only_peers_that_exist():
    named = {peer for known in CHECKS for code in known.codes for peer in code.peers}

    assert named <= {peer.id for peer in PEERS}


def test_whatever_another_tool_flags_is_said_or_left_for_a_reason():
    said = {peer for known in CHECKS for code in known.codes for peer in code.peers}

    assert [peer.id for peer in PEERS if not peer.left and peer.id not in said] == []


def test_a_check_is_a_plain_function_still(registry):
    def doors(seen):
        """Doors."""
        return ()

    assert check("doors", subject=PODS, registry=registry)(doors) is doors
    assert [known.id for known in registry] == ["doors"]


def test_an_id_is_taken_once(registry):
    def doors(seen):
        return ()

    def gates(seen):
        return ()

    check("doors", subject=PODS, registry=registry)(doors)
    with pytest.raises(errors.CheckTwice, match=r"'doors' is both .*doors and .*gates; rename one"):
        check("doors", subject=PODS, registry=registry)(gates)


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        pytest.param((Code("gates.down", Severity.NOTE, "x"),), "does not begin with 'doors.'", id="of another check"),
        pytest.param((DOWN, DOWN), "the same code twice", id="twice"),
    ],
)
def test_a_code_belongs_to_one_check(registry, codes, sentence):
    with pytest.raises(errors.CheckTwice, match=sentence):
        check("doors", subject=PODS, codes=codes, registry=registry)(lambda seen: ())


def test_a_code_that_was_not_declared_is_refused(registry):
    @check("doors", subject=PODS, registry=registry)
    def doors(seen):
        yield DOWN.found(Reference("Door", "", "front"), "is down", next="lift it")

    with pytest.raises(errors.CodeForeign, match=r"reported 'doors.down'; add it to the codes="):
        list(registry.get("doors").say(snapshot({}), {}))


def test_a_check_that_does_not_exist_is_answered_with_the_nearest(registry):
    check("service", subject=PODS, registry=registry)(lambda seen: ())

    with pytest.raises(errors.CheckUnknown, match="no check 'servce'; did you mean service"):
        registry.get("servce")


def test_a_parameter_without_a_meaning_is_refused_where_it_is_written(registry):
    def doors(seen, *, tail: int = 5):
        return ()

    with pytest.raises(TypeError, match="tail does not say what it means"):
        check("doors", subject=PODS, registry=registry)(doors)
