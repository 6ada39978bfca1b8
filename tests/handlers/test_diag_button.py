"""*Check on the cluster*: does what is documented hold here, right now?"""

import json

import pytest

from diagnostics.checks import CHECKS
from diagnostics.diagnosis import Report
from diagnostics.finding import Finding, Severity
from diagnostics.objects import Reference
from diagnostics.target import Target
from handlers.diag import checkup
from handlers.diag.checkup import Plan, Verdict
from knowledge.base import KnowledgeBase
from knowledge.entry import CheckReference, Entry, Kind, Variant
from knowledge.match import Evidence, Match
from knowledge.match import Verdict as MatchVerdict
from tests.diagnostics.api_server import Fault

CHECK = "check_entry"


@pytest.fixture
def checked(workspace, room, pastes, read):
    """Paste the error, press the button, and return what is said in the thread."""

    def press(paste=pastes.config):
        posted = workspace.post("alex", "platform", paste)
        assert workspace.press("alex", room().answer(posted), CHECK, channel="platform").acknowledged
        return read(room().answer(posted, count=2))

    return press


def test_what_the_cluster_shows_is_confirmed_with_the_finding(serve, join, checked):
    serve("config-missing-configmap")
    join()

    said = checked()
    assert "*Confirmed.*" in said
    assert "“A pod waits for a ConfigMap that does not exist”" in said
    assert "notification-api-env" in said
    assert "cluster `recorded`" in said


def test_what_the_cluster_does_not_show_is_ruled_out(serve, join, checked):
    serve("healthy")
    join()

    assert "*Ruled out.*" in checked()


def test_where_nothing_can_be_read_nobody_can_tell(serve, join, checked):
    serve("healthy").fail("/pods", Fault.FORBIDDEN)
    join()

    said = checked()
    assert "*Cannot tell*" in said
    assert "RBAC does not grant list on pods" in said


def test_something_else_that_is_wrong_proves_nothing(serve, join, checked):
    serve("oom-killed")
    join()

    said = checked()
    assert "*Cannot tell*" in said
    assert "OOMKilled" in said


def test_the_namespace_of_the_paste_is_where_it_is_looked_for(serve, join, checked, pastes):
    serve("config-missing-configmap")
    join()

    said = checked(f"kubectl describe pod web -n kube-system\n{pastes.config}")
    assert "`kube-system`" in said
    assert "*Ruled out.*" in said


def test_without_a_cluster_there_is_no_button(bot, workspace, room, pastes):
    reply = room().answer(workspace.post("alex", "platform", pastes.config))

    assert CHECK not in json.dumps(reply["blocks"])


def test_an_entry_without_checks_has_no_button(serve, join, workspace, room, pastes):
    serve("healthy")
    join()
    reply = room().answer(workspace.post("alex", "platform", pastes.shards))

    assert CHECK not in json.dumps(reply["blocks"])


def test_where_nobody_may_ask_there_is_no_button(serve, join, workspace, room, pastes):
    serve("healthy")
    join(PASTEMORTEM_DIAG_CHANNELS="X1")
    reply = room().answer(workspace.post("alex", "platform", pastes.config))

    assert CHECK not in json.dumps(reply["blocks"])


def test_who_may_not_ask_is_told_so_alone(serve, join, workspace, room, pastes, whispered):
    serve("healthy")
    join(PASTEMORTEM_DIAG_USERS=workspace.user("jo"))
    posted = workspace.post("alex", "platform", pastes.config)
    workspace.press("alex", room().answer(posted), CHECK, channel="platform")

    assert whispered("alex", "may not ask about the cluster")
    assert len(room().replies(posted)) == 1


def entry(*checks):
    return Entry("irsa-denied", Kind.ISSUE, {"en": Variant("A pod may not assume its role")}, checks=checks)


def report(*findings, unread=()):
    return Report("prod", "pods", Target(), findings, unread=unread)


def finding(code="pods.crash-loop", severity=Severity.CRITICAL, evidence=None):
    return Finding(code, Reference("Pod", "a", "b"), severity, "ends again and again", evidence or {}, "read its log")


@pytest.mark.parametrize(
    ("reports", "verdict"),
    [
        ([report(finding("irsa.wrong-trust"))], Verdict.CONFIRMED),
        ([report(), report(finding("irsa.wrong-trust"))], Verdict.CONFIRMED),
        ([report(finding())], Verdict.CANNOT_TELL),
        ([report(finding(severity=Severity.NOTE))], Verdict.RULED_OUT),
        ([report()], Verdict.RULED_OUT),
        ([report(unread=("RBAC does not grant list on pods",))], Verdict.CANNOT_TELL),
        ([report(), report(unread=("it hangs",))], Verdict.CANNOT_TELL),
    ],
    ids=["its finding", "one of two", "another finding", "a note", "nothing", "nothing read", "half read"],
)
def test_an_entry_may_say_which_findings_speak_for_it(knowledge, reports, verdict):
    planned = Plan((), telling=("irsa.*",), problems=())

    assert checkup.verdict(entry(), planned, reports, knowledge) is verdict


def test_a_check_that_does_not_exist_rules_nothing_out(knowledge):
    planned = checkup.plan(entry(CheckReference("pods"), CheckReference("podz")), "", CHECKS)

    assert checkup.verdict(entry(), planned, [report()], knowledge) is Verdict.CANNOT_TELL


def test_a_finding_that_quotes_what_an_entry_documents_speaks_for_it(knowledge):
    quoting = finding(
        evidence={"message": 'CreateContainerConfigError: Error: configmap "x" not found', "pod": "api-1"}
    )

    planned = Plan((), (), ())

    assert (
        checkup.verdict(knowledge.entry("missing-config"), planned, [report(quoting)], knowledge) is Verdict.CONFIRMED
    )
    assert checkup.verdict(knowledge.entry("shard-limit"), planned, [report(quoting)], knowledge) is Verdict.CANNOT_TELL


def test_what_shipped_entries_take_for_a_proof_exists():
    entries = KnowledgeBase().entries()

    named = [problem for each in entries for problem in checkup.problems(each, CHECKS) if "no check says" in problem]
    assert named == []
    assert any(checkup.plan(each, "", CHECKS).telling for each in entries)


def test_an_entry_may_name_what_to_look_at():
    named = entry(CheckReference("pods", {"namespace": "logging", "name": "fluentd", "finding": "pods.oom-killed"}))

    planned = checkup.plan(named, "payments", CHECKS)
    assert [asked.target for asked in planned.questions] == [Target("logging", "fluentd")]
    assert planned.telling == ("pods.oom-killed",)
    assert planned.problems == ()


def test_a_check_without_namespaces_is_asked_about_the_cluster():
    planned = checkup.plan(entry(CheckReference("node")), "payments", CHECKS)

    assert [asked.target for asked in planned.questions] == [Target()]


def test_what_an_entry_asks_for_in_vain_is_a_problem():
    wrong = entry(
        CheckReference("podz"), CheckReference("pods", {"colour": "red"}), CheckReference("pods", {"finding": "oom"})
    )

    problems = checkup.problems(wrong, CHECKS)
    assert "no check 'podz'" in problems[0]
    assert "there is no option --colour; this check takes none" in problems[1]
    assert problems[2] == "no check says the finding 'oom'"


@pytest.mark.parametrize(
    ("paste", "namespace"),
    [
        ('Error from server: pods "a" is forbidden in the namespace "payments"', "payments"),
        ('{"level":"error","namespace":"payments","msg":"no"}', "payments"),
        ('{\\"namespace\\":\\"payments\\"}', "payments"),
        ("kubectl -n payments get pods", "payments"),
        ("kubectl logs api --namespace=payments", "payments"),
        ("User system:serviceaccount:payments:api cannot list pods", "payments"),
        ('E0101 kubelet: pod="payments/api-1" failed', "payments"),
        ('namespace="a" then namespace="b"', ""),
        ("the namespace is full", ""),
        ("head -n 20 file", ""),
    ],
)
def test_a_namespace_is_found_where_programs_write_one(paste, namespace):
    match = Match(entry(), 0.9, MatchVerdict.SURE, Evidence("line", 1, "signature"))

    assert checkup.namespace_in(match, paste) == namespace


def test_a_namespace_that_the_signature_captured_goes_first():
    match = Match(entry(), 0.9, MatchVerdict.SURE, Evidence("line", 1, "s", {"namespace": "batch"}))

    assert checkup.namespace_in(match, "kubectl -n payments get pods") == "batch"
