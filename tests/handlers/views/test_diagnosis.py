"""Answers about a cluster as Block Kit: within Slack's limits, whatever is found."""

import json
import string
from typing import Annotated

import pytest

from diagnostics.checks import CHECKS
from diagnostics.diagnosis import Outcome
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Reference
from diagnostics.registry import Registry, check
from diagnostics.resources import PODS
from handlers.diag.wording import ENGLISH, KOREAN
from handlers.views import diag_guide, diagnosis, exhibit, layout
from handlers.views.diagnosis import Diagnosis, Group, Heading, Shown
from handlers.views.finding import Told

HEADING = Heading("pods", "payments", "prod", "U1")


def finding(name="api", severity=Severity.CRITICAL, **changes):
    about = {
        "code": "pods.crash-loop",
        "object": Reference("Pod", "payments", name),
        "severity": severity,
        "title": "ends again and again",
        "evidence": {"log": "panic: no\nexit"},
        "next": "read its log",
    }
    return Finding(**(about | changes))


def alone(*findings):
    return tuple(Group(None, (Told(each),)) for each in findings)


@pytest.fixture
def shown(style):
    def render(groups=(), outcome=Outcome.FINDINGS, **more):
        return diagnosis.answer(Diagnosis(HEADING, outcome, groups, **more), style(), ENGLISH)

    return render


def size(message):
    return len(json.dumps(message.blocks, ensure_ascii=False))


@pytest.mark.parametrize(
    "groups",
    [
        alone(*(finding(f"api-{number}") for number in range(300))),
        alone(*(finding(f"api-{number}", Severity.NOTE) for number in range(300))),
        alone(finding(evidence={"log": "<&>" * 20_000})),
        alone(finding(title="x" * 10_000, next="y" * 2_000)),
        (Group(Reference("Node", "", "n1"), tuple(Told(finding(f"api-{number}")) for number in range(300))),),
    ],
    ids=["many findings", "many notes", "much evidence", "long sentences", "one cause of many"],
)
def test_whatever_is_found_fits_into_a_message_and_the_rest_into_a_file(shown, groups):
    message = shown(groups)

    assert size(message) <= layout.MESSAGE_SIZE
    assert len(message.blocks) <= layout.MESSAGE_BLOCKS
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks if block["type"] == "section")
    assert message.file is None or all(each.object.name in message.file.content for each in _findings(groups))


def _findings(groups):
    return [told.finding for group in groups for told in group.told]


def test_of_very_many_findings_it_is_said_how_many_there_are_of_each_code(shown, read):
    crashes = [finding(f"api-{number}") for number in range(60)]
    late = [finding(f"web-{number}", Severity.WARNING, code="pods.late") for number in range(9)]
    notes = [finding(f"cron-{number}", Severity.NOTE, code="jobs.cron-suspended") for number in range(25)]

    message = shown(alone(*crashes, *late, *notes))

    said = read({"blocks": message.blocks})
    assert "54 × `pods.crash-loop` Pod payments/api-6, " in said
    assert "9 × `pods.late` Pod payments/web-0, " in said
    assert "25 × `jobs.cron-suspended` Pod payments/cron-0, " in said
    assert "web-8" in message.file.content


def test_a_tally_of_very_many_codes_ends_in_how_many_findings_it_leaves_to_the_file(shown, read):
    found = [finding(f"api-{number}", Severity.NOTE, code=f"pods.kind-{number}") for number in range(30)]

    said = read({"blocks": shown(alone(*found)).blocks})
    assert said.count(" 1 × ") == 20
    assert "… and 10 more, in the file" in said


def test_some_more_findings_get_a_line_each(shown, read):
    message = shown(alone(*(finding(f"api-{number}", title=f"ends {number}") for number in range(12))))

    assert all(f"ends {number}" in read({"blocks": message.blocks}) for number in range(12))


def test_entries_that_document_what_follows_from_a_cause_are_named_too(shown, read, knowledge):
    match = knowledge.match('CreateContainerConfigError: Error: configmap "x" not found').answers[0]
    told = (Told(finding()), Told(finding("web", title="waits"), match))

    said = read({"blocks": shown((Group(Reference("Pod", "payments", "api"), told),)).blocks})
    assert "A pod waits for a ConfigMap that does not exist" in said


def test_a_hundred_reasons_fit_too(shown):
    reasons = tuple(f"RBAC does not grant list on things-{number} in the whole cluster" for number in range(100))

    message = shown(outcome=Outcome.COULD_NOT_LOOK, unread=reasons)
    assert size(message) <= layout.MESSAGE_SIZE
    assert "… and 92 more" in json.dumps(message.blocks, ensure_ascii=False)
    assert "things-99" in message.file.content


def test_what_is_whole_needs_no_file(shown):
    assert shown(alone(finding())).file is None


def test_notes_stand_below_what_is_wrong_a_line_each(shown, read):
    message = shown(alone(finding(), finding("quiet", Severity.NOTE, title="is suspended")))

    said = read({"blocks": message.blocks})
    assert said.index("ends again") < said.index("*Notes*") < said.index("is suspended")
    assert said.count("read its log") == 1


def test_a_file_is_named_after_the_question_and_never_after_a_path(shown):
    heading = Heading("pods", "../../etc/passwd", "arn:aws:eks:ap-northeast-2:1:cluster/prod")

    name = diagnosis.file(Diagnosis(heading, Outcome.FINDINGS, alone(finding())), ENGLISH).name
    assert name.startswith("diag-pods-")
    assert not set(name) & set("/:\\")


def test_an_exhibit_of_nothing_is_its_title_and_no_empty_box():
    blocks, complete = exhibit.shown(Exhibit("No log of api", ("line",), ()), ENGLISH)

    assert [block["text"]["text"] for block in blocks] == ["*No log of api*"]
    assert complete


@pytest.mark.parametrize("columns", [("line",), ("time", "message")], ids=["a log", "a table"])
def test_an_exhibit_that_is_too_long_shows_the_end_of_a_log_and_the_head_of_a_table(columns):
    rows = tuple(("first" if number == 0 else f"row {number} " + "x" * 50,) * len(columns) for number in range(500))
    blocks, complete = exhibit.shown(Exhibit("log of api", columns, rows), ENGLISH)

    text = json.dumps(blocks)
    assert not complete
    assert ("row 499" in text, "first" in text) == ((True, False) if len(columns) == 1 else (False, True))


def test_hangul_keeps_the_columns_of_a_table_in_line():
    content = exhibit.content(Exhibit("t", ("a", "b"), (("가나", "x"), ("abcd", "y"))))

    assert content.splitlines() == ["a     b", "가나  x", "abcd  y"]


def test_something_to_show_is_not_called_healthy(shown, read):
    message = shown(outcome=Outcome.NOTHING_WRONG, shown=(Shown(Exhibit("log", ("line",), (("hello",),))),))

    assert "Nothing wrong" not in read({"blocks": message.blocks})


def test_the_usage_hint_can_be_read_at_a_glance():
    hint = diag_guide.usage_hint(CHECKS)

    assert len(hint) <= 400
    assert [each.id for each in CHECKS if each.id not in hint] == []


@pytest.fixture
def logs():
    registry = Registry()

    @check("logs", subject=PODS, codes=[Code("logs.odd", Severity.NOTE, "Something is odd")], registry=registry)
    def logs(
        seen,
        *,
        tail: Annotated[int, "how many lines"] = 40,
        previous: Annotated[bool, "the run before"] = False,
    ):
        """The log of one container.

        Secrets are masked
        in all of it.
        """
        return []

    return registry.get("logs")


def test_help_about_a_check_tells_what_it_declares(logs, read):
    told = read({"blocks": diag_guide.about(logs, ENGLISH).blocks})

    assert "`/diag logs [NAMESPACE[/NAME]] [--tail N] [--previous]`" in told
    assert "Secrets are masked in all of it." in told
    assert "how many lines; otherwise `40`" in told
    assert "`logs.odd` Something is odd" in told


def test_help_about_a_check_tells_its_other_names(read):
    assert "Also written `ing` `ingressclass`." in read(
        {"blocks": diag_guide.about(CHECKS.get("ingress"), ENGLISH).blocks}
    )


def test_no_language_forgot_a_word():
    for name, english in vars(ENGLISH).items():
        korean = vars(KOREAN)[name]
        assert korean, name
        assert sorted(_slots(english)) == sorted(_slots(korean)), name


def _slots(text):
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]
