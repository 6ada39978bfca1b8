"""The measures say what their names say, on an engine whose every answer is known."""

from pathlib import Path

import pytest

from knowledge import evaluation
from knowledge.entry import Entry, Kind, Variant
from knowledge.evaluation import Case, CaseInvalid
from knowledge.match import Answer, Evidence, Match, Verdict


class Memory:
    """An engine that answers each text as it was told: ids and scores, best first."""

    def __init__(self, likely: float = 0.5, **answers: dict[str, float]) -> None:
        self.likely = likely
        self.answers = answers

    def match(self, text: str, *, limit: int = 5, without: frozenset[str] = frozenset()) -> Answer:
        known = [(entry_id, score) for entry_id, score in self.answers.get(text, {}).items() if entry_id not in without]
        matches = tuple(self._match(entry_id, score) for entry_id, score in known[:limit])
        return Answer(matches[0].verdict if matches else Verdict.NONE, matches, took_ms=1.0)

    def _match(self, entry_id: str, score: float) -> Match:
        entry = Entry(entry_id, Kind.ISSUE, {"en": Variant(entry_id)})
        return Match(entry, score, Verdict.LIKELY if score >= self.likely else Verdict.NONE, Evidence("", 1, ""))


def case(text: str, *expect: str, also_ok: tuple[str, ...] = ()) -> Case:
    return Case(f"case-{text}", text, expect, also_ok)


def test_the_first_entry_is_right_when_it_is_expected_or_also_ok():
    engine = Memory(one={"dns": 0.9}, two={"quota": 0.9}, three={"disk": 0.9})

    scores = evaluation.evaluate(
        engine, [case("one", "dns"), case("two", "irsa", also_ok=("quota",)), case("three", "dns")]
    )

    assert scores.top1 == pytest.approx(2 / 3)
    assert [miss["id"] for miss in scores.misses] == ["case-three"]
    assert scores.misses[0]["expect"] == ["dns"]
    assert scores.misses[0]["got"] == ["disk"]


def test_mrr_is_one_over_the_rank_of_the_first_right_entry_among_five():
    deep = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6, "e": 0.5, "f": 0.4}
    engine = Memory(second=deep, sixth=deep, absent=deep)

    scores = evaluation.evaluate(engine, [case("second", "b"), case("sixth", "f"), case("absent", "x")])

    assert scores.mrr5 == pytest.approx((1 / 2 + 0 + 0) / 3)


def test_a_right_entry_counts_as_answered_only_when_it_is_said_aloud():
    engine = Memory(loud={"dns": 0.9}, quiet={"dns": 0.4}, wrong={"quota": 0.9})

    scores = evaluation.evaluate(engine, [case("loud", "dns"), case("quiet", "dns"), case("wrong", "dns")])

    assert scores.answered == pytest.approx(1 / 3)
    assert {miss["id"] for miss in scores.misses} == {"case-quiet", "case-wrong"}


def test_an_answer_to_a_case_that_expects_silence_is_a_false_alarm_and_leaves_the_shares_alone():
    engine = Memory(error={"dns": 0.9}, pizza={"dns": 0.9}, weather={"dns": 0.1})

    scores = evaluation.evaluate(engine, [case("error", "dns"), case("pizza"), case("weather")])

    assert (scores.cases, scores.top1, scores.false_alarms) == (3, 1.0, 1)
    assert [miss["id"] for miss in scores.misses] == ["case-pizza"]


def test_recall_at_one_percent_false_alarms_counts_right_answers_above_nearly_all_negatives():
    negatives = {f"n{number}": {"dns": number / 1000} for number in range(200)}
    engine = Memory(high={"dns": 0.9}, above={"dns": 0.1975}, at={"dns": 0.197}, **negatives)

    scores = evaluation.evaluate_retrieval(
        engine,
        [case("high", "dns"), case("above", "dns"), case("at", "dns")],
        [case(text) for text in negatives],
        build_s=0.0,
        rss_mb=0.0,
    )

    assert scores.recall_at_1pct_fa == pytest.approx(2 / 3)


def test_recall_near_thinks_the_right_entries_away_and_asks_what_then_comes_first():
    confused = {f"q{number}": {"right": 0.5, "sibling": 0.6 if number == 0 else 0.4} for number in range(20)}
    clear = {"clear": {"right": 0.7, "sibling": 0.1}}
    queries = [case(text, "right") for text in (*confused, *clear)]
    engine = Memory(**{**confused, "q0": {"sibling": 0.6, "right": 0.5}}, **clear)

    scores = evaluation.evaluate_retrieval(engine, queries, [], build_s=0.0, rss_mb=0.0)

    assert scores.recall_at_5pct_near == pytest.approx(20 / 21)
    assert scores.recall_at_1pct_fa == scores.top1 == pytest.approx(20 / 21)


def test_nothing_is_above_a_threshold_of_ties():
    negatives = {f"n{number}": {"dns": 1.0} for number in range(10)}
    engine = Memory(query={"dns": 1.0}, **negatives)

    scores = evaluation.evaluate_retrieval(
        engine, [case("query", "dns")], [case(text) for text in negatives], build_s=0.0, rss_mb=0.0
    )

    assert (scores.top1, scores.recall_at_1pct_fa) == (1.0, 0.0)


@pytest.mark.parametrize(("part", "value"), [(0.5, 2.0), (0.51, 3.0), (0.99, 4.0), (1.0, 4.0), (0.0, 1.0)])
def test_a_percentile_is_the_lowest_value_that_this_part_does_not_exceed(part: float, value: float):
    assert evaluation.percentile([4.0, 1.0, 3.0, 2.0], part) == value


def test_no_cases_measure_as_zero():
    scores = evaluation.evaluate_retrieval(Memory(), [], [], build_s=0.0, rss_mb=0.0)

    assert (scores.cases, scores.top1, scores.mrr5, scores.p99_ms, scores.recall_at_5pct_near) == (
        0,
        0.0,
        0.0,
        0.0,
        0.0,
    )


def test_cases_are_read_with_one_expected_id_or_a_list_and_blank_lines_are_skipped(tmp_path: Path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "a", "text": "x", "expect": ["dns"], "also_ok": ["quota"]}\n'
        "\n"
        '{"id": "b", "text": "y", "expect": "dns"}\n'
        '{"id": "c", "text": "z"}\n'
    )

    assert evaluation.read_cases(cases) == [
        Case("a", "x", ("dns",), ("quota",)),
        Case("b", "y", ("dns",)),
        Case("c", "z"),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[1]", "expected an object with the texts id, text"),
        ('{"id": "a"}', "expected an object with the texts id, text"),
        ('{"id": "a", "text": 7}', "expected an object with the texts id, text"),
    ],
    ids=["broken", "no object", "no text", "a number for a text"],
)
def test_a_line_that_is_no_case_is_named_with_its_file_and_number(tmp_path: Path, line: str, problem: str):
    cases = tmp_path / "cases.jsonl"
    cases.write_text(f'{{"id": "fine", "text": "fine"}}\n{line}\n')

    with pytest.raises(CaseInvalid, match=problem) as caught:
        evaluation.read_cases(cases)

    assert f"{cases}:2: " in str(caught.value)
