"""The benchmark runs for anybody: without the development data, and without the engines it compares ours with."""

import pytest
from click.testing import CliRunner

from bench import reliability, report, sets, synthetic, trial
from bench.__main__ import main
from bench.contenders import OURS, Peer
from bench.outcome import Outcome
from bench.preparation import Preparation
from bench.trial import Trial
from knowledge.match import Verdict


def test_a_tiny_synthetic_run_prints_our_figures_beside_a_peer():
    engines = ["--engine", OURS, "--engine", "SQLite FTS5"]

    found = CliRunner().invoke(main, ["synthetic", "--size", "80", "--budget", "0.2", *engines])

    assert found.exit_code == 0, found.output
    rows = {line.split("|")[1].strip(): line for line in found.output.splitlines() if line.startswith("| ")}
    assert {f"**{OURS}**", "SQLite FTS5"} <= rows.keys()
    assert 0.5 <= float(rows[f"**{OURS}**"].split("|")[3]) <= 1.0


def test_a_peer_that_is_not_installed_is_named_with_the_reason_below_the_table():
    ghost = Peer("bm25", "SparseBM25", needs="an_engine_that_nobody_has")
    outcome = Outcome("synthetic", "ghost", failure="an_engine_that_nobody_has is not installed: make bench")

    assert ghost.absent
    assert "ghost: an_engine_that_nobody_has is not installed: make bench." in report.of_set([outcome]).splitlines()


def test_a_trial_that_fails_says_why_and_stops_nothing():
    outcome = trial.run(Trial("loghub", OURS, data=None))

    assert "needs the development data" in outcome.failure


def test_an_unknown_set_is_refused_with_those_that_there_are():
    found = CliRunner().invoke(main, ["syntetic"])

    assert found.exit_code != 0
    assert "there is no set syntetic here; there are synthetic" in found.output


def test_synthetic_cases_are_the_same_every_time_and_no_two_failures_read_alike():
    once, again = (sets.load(sets.SYNTHETIC, None, size=400) for _ in range(2))

    assert list(once.rows()) == list(again.rows())
    assert (once.queries, once.negatives) == (again.queries, again.negatives)
    assert len({Preparation.CLEANED.apply(text) for _, text in once.rows()}) == 400


def test_every_synthetic_query_is_about_a_row_that_is_indexed_and_no_negative_expects_anything():
    cases = sets.load(sets.SYNTHETIC, None, size=100)
    indexed = {row_id for row_id, _ in cases.rows()}

    assert {question.case.expect[0] for question in cases.queries} <= indexed
    assert {question.kind for question in cases.queries} == set(synthetic.PASTES)
    assert not any(question.case.expect for question in cases.negatives)


def test_of_several_preparations_the_one_that_serves_a_peer_best_is_shown():
    outcomes = [
        Outcome("synthetic", "bm25s", "raw", failure="out of memory"),
        Outcome("synthetic", "bm25s", "masked", top1=0.9, recall_1pct=0.5, recall_near=0.5),
        Outcome("synthetic", "bm25s", "cleaned", top1=0.9, recall_1pct=0.4, recall_near=0.5),
    ]

    assert [outcome.preparation for outcome in report.best_of_each(outcomes)] == ["masked"]


def test_figures_are_written_into_their_places_and_nothing_else_changes(tmp_path):
    readme = tmp_path / "README.md"
    kept = "prose\n<!-- figures: latency -->\nkept\n<!-- end -->\n"
    readme.write_text(f"# Bench\n<!-- figures: synthetic -->\nold\n<!-- end -->\n{kept}")

    without_place = report.write({"synthetic": "| new |", "loghub": "| lost |"}, readme)

    text = readme.read_text()
    assert without_place == ["loghub"]
    assert f"| new |\n<!-- end -->\n{kept}" in text
    assert "old" not in text


@pytest.mark.parametrize("kind", synthetic.PASTES)
def test_every_form_of_paste_still_names_its_program(kind: str):
    questions = [question for question in sets.load(sets.SYNTHETIC, None, size=400).queries if question.kind == kind]
    rows = dict(synthetic.rows(400))

    for question in questions:
        row = rows[question.case.expect[0]].lower()
        program = next(name for name in synthetic.NAMES if name in row)
        assert program in question.case.text.lower()


def test_a_threshold_is_the_lowest_score_down_to_which_its_promise_holds():
    scored = [(0.9, True)] * 98 + [(0.9, False)] * 2 + [(0.5, True)] * 8 + [(0.5, False)] * 2 + [(0.1, False)] * 9

    assert reliability.fitted([scored]) == {Verdict.SURE: 0.9, Verdict.LIKELY: 0.5}


def test_each_set_is_held_to_the_thresholds_of_the_others():
    good = Outcome("good", OURS, scored=((0.9, True), (0.8, True), (0.2, False)))
    bold = Outcome("bold", OURS, scored=((0.9, True), (0.8, False)))

    found = {held_out.set: held_out.said for held_out in reliability.held_out([good, bold])}

    assert (found["bold"][Verdict.SURE].times, found["bold"][Verdict.SURE].right) == (2, 1)
    assert (found["good"][Verdict.SURE].times, found["good"][Verdict.SURE].right) == (1, 1)
