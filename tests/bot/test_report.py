"""Answers about a cluster on a terminal of some width."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot import report
from diagnostics.diagnosis import Outcome
from diagnostics.finding import Exhibit, Finding, Severity
from diagnostics.objects import Reference
from handlers.diag.wording import ENGLISH, KOREAN
from handlers.views.diagnosis import Diagnosis, Group, Heading, Shown
from handlers.views.finding import Told

HEADING = Heading("pods", "shop", "prod")
COMMAND = "kubectl logs api-7db76c5bfd-mpll7 -n shop -c api --previous --tail=200 --timestamps --since=1h"
FOUND = Finding(
    code="pods.crash-loop",
    object=Reference("Pod", "shop", "api"),
    severity=Severity.CRITICAL,
    title="container api ends again and again: " + "결제 서버에 연결하지 못했습니다 " * 4,
    evidence={"status.phase": "Running", "log": "first line\n" + "a long second line " * 8 + "\x1b[2Jgone"},
    next=COMMAND,
)
NODES = Exhibit("Nodes", ("node", "said"), (("n1", "연결 끊김" * 12), ("n2", "fine")))


@pytest.fixture
def printed():
    def show(diagnosis, width, say=ENGLISH):
        out = io.StringIO()
        report.show(diagnosis, Console(file=out, force_terminal=True, width=width, color_system=None), "en", say)
        return out.getvalue()

    return show


def found(*told, cause=None):
    return Diagnosis(HEADING, Outcome.FINDINGS, (Group(cause, tuple(map(Told, told))),))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_sentences_and_fields_are_folded_to_the_terminal_and_what_is_copied_is_not(printed, width):
    lines = printed(found(FOUND), width).splitlines()

    assert [line for line in lines if cell_len(line) > width and COMMAND not in line] == []
    assert f"  next: {COMMAND}" in lines
    assert [line for line in lines if line != line.rstrip()] == []


def test_what_goes_on_in_a_second_line_stands_further_in(printed):
    lines = printed(found(FOUND), 80).splitlines()

    title = next(number for number, line in enumerate(lines) if "ends again" in line)
    assert lines[title].startswith("  container")
    assert lines[title + 1].startswith("    서버에 연결하지")


def test_a_log_line_cannot_steer_the_terminal(printed):
    assert "\x1b[2J" not in printed(found(FOUND), 200)


def test_a_table_keeps_its_columns_whatever_the_width_of_its_letters(printed):
    told = printed(Diagnosis(HEADING, Outcome.NOTHING_WRONG, (), (Shown(NODES),)), 60)

    rows = [line for line in told.splitlines() if line.startswith(("node", "n1", "n2"))]
    assert [cell_len(row[: len(row) - len(row[4:].lstrip())]) for row in rows] == [6, 6, 6]
    assert max(map(cell_len, told.splitlines())) <= 60


def test_what_was_found_is_counted_at_the_end(printed):
    several = found(FOUND, FOUND, cause=Reference("Node", "", "n1"))

    assert printed(several, 80).endswith("2 critical: shop, cluster prod\n")
    assert printed(several, 80, KOREAN).endswith("심각 2건: shop, 클러스터 prod\n")


def test_a_table_that_is_shown_claims_no_health(printed):
    shown = Diagnosis(HEADING, Outcome.NOTHING_WRONG, (), (Shown(NODES),))

    assert "Nothing wrong" not in printed(shown, 80)
    assert "Nothing wrong with shop in prod." in printed(Diagnosis(HEADING, Outcome.NOTHING_WRONG, ()), 80)


def crowd(number):
    """Return as many Deployments that crash, each with a second finding."""
    things = [Reference("Deployment", "shop", f"api-{each:03}") for each in range(number)]
    pairs = [(replace(FOUND, object=each), replace(FOUND, object=each, code="pods.restarted")) for each in things]
    groups = [Group(thing, tuple(map(Told, pair))) for thing, pair in zip(things, pairs, strict=True)]
    return Diagnosis(HEADING, Outcome.FINDINGS, tuple(groups))


def test_a_terminal_is_not_flooded_and_says_how_to_see_all(printed):
    lines = printed(crowd(100), 80).splitlines()

    assert sum(line.startswith("critical Deployment") for line in lines) == 25
    assert "critical pods.crash-loop: 87 more" in lines
    assert "critical pods.restarted: 88 more" in lines
    first = next(line for line in lines if line.startswith("  Deployment shop/api-013 "))
    assert first.endswith("…")
    assert cell_len(first) <= 80
    assert lines[-2:] == ["", "200 critical: shop, cluster prod"]
    assert "| less" in lines[-3]


def test_what_a_terminal_has_room_for_is_shown_whole(printed):
    told = printed(crowd(12), 80)

    assert told.count(COMMAND) == 24
    assert "| less" not in told


def test_a_pipe_gets_everything_whole():
    out = io.StringIO()

    report.show(crowd(100), Console(file=out, width=80), "en", ENGLISH)

    assert out.getvalue().count(COMMAND) == 200
