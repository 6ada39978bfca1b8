"""`pastemortem diag`: what people read, what programs read, and the exit status that tells the three answers apart."""

import json
import signal
from functools import partial

import pytest

from diagnostics.checks import CHECKS
from tests.bot.waiting import wait_for
from tests.diagnostics.api_server import RECORDINGS, ApiServer, Fault, recording

pytestmark = pytest.mark.usefixtures("settings_with_few_entries")

FIELDS = {"check", "code", "object", "severity", "title", "evidence", "next", "documented"}


@pytest.fixture
def diag(pastemortem):
    return partial(pastemortem, "diag")


@pytest.fixture
def server():
    with ApiServer(recording("oom-killed")) as served:
        yield served


@pytest.fixture
def kubeconfig(server, tmp_path):
    return str(server.kubeconfig(tmp_path))


def recorded(name):
    return ("--recording", str(RECORDINGS / f"{name}.json.gz"))


def test_nothing_wrong_is_said_and_is_0(diag):
    answer = diag("sweep", *recorded("healthy"))

    assert "Nothing wrong with the whole cluster in healthy." in answer.stdout
    assert answer.exit_code == 0


@pytest.mark.parametrize(("check_id", "name"), [("logs", "oom-killed"), ("events", "oom-killed"), ("top", "healthy")])
def test_a_check_that_only_shows_claims_no_health(diag, check_id, name):
    answer = diag(check_id, "appr-api", *recorded(name))

    assert answer.stdout.strip()
    assert "Nothing wrong" not in answer.stdout
    assert answer.exit_code == 0


def test_findings_are_1_with_their_evidence_and_what_to_do(diag):
    answer = diag("pods", "appr-api", *recorded("oom-killed"))

    assert answer.exit_code == 1
    assert "critical Deployment appr-api/appr-api (pods.oom-killed)" in answer.stdout
    assert "resources.limits.memory: 64Mi" in answer.stdout
    assert "  next: kubectl top pod " in answer.stdout


def test_what_could_not_be_looked_at_is_2(diag, server, kubeconfig):
    server.fail("/pods", Fault.FORBIDDEN)

    answer = diag("pods", "appr-api", "--kubeconfig", kubeconfig)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert "could not look: RBAC does not grant list on pods" in answer.stderr


def test_json_holds_the_findings(diag):
    answer = diag("pods", "appr-api", "--json", *recorded("oom-killed"))

    (finding,) = json.loads(answer.stdout)
    assert set(finding) == FIELDS
    assert finding["check"] == "pods"
    assert finding["object"] == "Deployment/appr-api/appr-api"
    assert finding["severity"] == "critical"
    assert answer.exit_code == 1


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        (("logs", "appr-api"), ["log"]),
        (("events", "appr-api"), ["last seen", "times", "type", "reason", "object", "message"]),
    ],
    ids=["logs", "events"],
)
def test_json_holds_what_is_only_shown_in_a_shape_of_its_own(diag, words, columns):
    answer = diag(*words, "--json", *recorded("oom-killed"))

    (exhibit,) = json.loads(answer.stdout)
    assert set(exhibit) == {"exhibit", "columns", "rows", "documented"}
    assert "appr-api" in exhibit["exhibit"]
    assert exhibit["columns"] == columns
    assert exhibit["rows"]
    assert {len(row) for row in exhibit["rows"]} == {len(columns)}


def test_json_holds_exhibits_after_findings(diag):
    answer = diag("rollout", "appr-web/appr-web", "--json", *recorded("rollout-stuck"))

    assert ["exhibit" if "exhibit" in each else each["code"] for each in json.loads(answer.stdout)] == [
        "rollout.deadline-exceeded",
        "exhibit",
    ]


def test_json_of_a_healthy_cluster_is_empty(diag):
    answer = diag("sweep", "--json", *recorded("healthy"))

    assert json.loads(answer.stdout) == []
    assert answer.exit_code == 0


def test_no_program_can_take_what_could_not_be_read_for_health(diag, server, kubeconfig):
    server.fail("/api/v1/pods", Fault.ERROR)

    answer = diag("pods", "--json", "--kubeconfig", kubeconfig)

    (unknown,) = json.loads(answer.stdout)
    assert set(unknown) == FIELDS
    assert (unknown["code"], unknown["severity"]) == ("could-not-look", "unknown")
    assert "failed to read pods (500)" in unknown["title"]
    assert answer.exit_code == 2


def test_what_was_learnt_stands_beside_what_could_not_be_read(diag, server, kubeconfig):
    server.fail("/events", Fault.ERROR)

    answer = diag("pods", "--json", "--kubeconfig", kubeconfig)

    assert [entry["code"] for entry in json.loads(answer.stdout)] == ["pods.oom-killed", "could-not-look"]
    assert answer.exit_code == 1


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["for people", "for programs"])
def test_no_cluster_at_all_is_said(diag, tmp_path, as_json):
    answer = diag("pods", "--kubeconfig", str(tmp_path / "absent"), *as_json)

    assert answer.exit_code == 2
    assert "could not look: no cluster is configured" in answer.stderr
    assert ("no cluster is configured" in answer.stdout) is bool(as_json)


def test_a_sweep_puts_findings_under_their_cause(diag):
    answer = diag("sweep", *recorded("node-lost-unknown"))

    assert answer.exit_code == 1
    first, *rest = answer.stdout.splitlines()
    assert first.startswith("Node ip-10-95-253-41")
    assert any("Deployment" in line for line in rest)


def test_every_check_is_listed_with_what_it_looks_at(diag):
    listed = diag("--list").stdout

    for check in CHECKS:
        assert check.id in listed
        assert check.title in listed


@pytest.mark.parametrize("word", ["sweep", *(check.id for check in CHECKS)])
def test_every_check_has_help_of_its_own(diag, word):
    told = diag(word, "--help")

    assert told.exit_code == 0
    assert "--namespace" in told.stdout


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("appr-api/appr-api",), id="namespace and name in one"),
        pytest.param(("appr-api", "-n", "appr-api"), id="name and namespace apart"),
        pytest.param(("-n", "appr-api"), id="namespace alone"),
    ],
)
def test_what_is_meant_can_be_written_in_several_ways(diag, words):
    answer = diag("pods", *words, "--json", *recorded("oom-killed"))

    assert [finding["object"] for finding in json.loads(answer.stdout)] == ["Deployment/appr-api/appr-api"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(("Payments",), "'Payments' is not a namespace", id="impossible name"),
        pytest.param(("nowhere",), "there is no namespace nowhere", id="no such namespace"),
        pytest.param(("--exclude", "pods.restarted"), "excludes nothing; write code:", id="exclusion"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_would_be_right(diag, words, sentence):
    answer = diag("pods", *words, *recorded("oom-killed"))

    assert answer.exit_code == 2
    assert sentence in answer.stderr


def test_what_nobody_wants_to_hear_is_left_out(diag):
    assert diag("pods", "--exclude", "code:pods.oom-*", *recorded("oom-killed")).exit_code == 0


def test_a_file_that_is_no_recording_is_refused_by_name(diag, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("hello")

    answer = diag("pods", "--recording", str(other))

    assert answer.exit_code == 2
    assert "notes.txt is not a recording of a cluster" in answer.stderr


def test_a_file_of_answers_without_a_cluster_is_told_from_a_recording(diag):
    answer = diag("pods", *recorded("errors"))

    assert answer.exit_code == 2
    assert "errors.json.gz is not a recording of a cluster: it has no `lists`" in answer.stderr


DOCUMENTED = {
    "id": "redis-command-timeout",
    "title": "Redis commands time out because an idle connection was dropped (Lettuce and others)",
    "verdict": "sure",
}


def test_a_finding_names_the_entry_that_documents_what_it_quotes(diag):
    told = diag("pods", "settlement", *recorded("crashloop-redis-timeout")).stdout

    assert f"documented (sure): {DOCUMENTED['title']}\n    pastemortem kb show {DOCUMENTED['id']}\n" in told


def test_json_names_the_entry_that_documents_a_finding(diag):
    (finding,) = json.loads(diag("pods", "settlement", "--json", *recorded("crashloop-redis-timeout")).stdout)

    assert finding["documented"] == DOCUMENTED


def test_a_log_names_the_entry_that_documents_it(diag):
    words = ("logs", "settlement/settlement-api", "--previous", *recorded("crashloop-redis-timeout"))

    (exhibit,) = json.loads(diag(*words, "--json").stdout)
    assert exhibit["documented"] == DOCUMENTED
    assert f"pastemortem kb show {DOCUMENTED['id']}" in diag(*words).stdout


def test_a_table_of_what_is_in_order_names_no_entry(diag):
    told = json.loads(diag("nodes", "--json", *recorded("healthy")).stdout)

    assert [each["documented"] for each in told] == [None]


def test_entries_of_ones_own_document_what_is_found(diag, tmp_path):
    (tmp_path / "our-redis.md").write_text(
        "---\ntitle: Our Redis sleeps at night\nsignatures:\n"
        '  - "RedisCommandTimeoutException: Command timed out after 1 minute(s)"\n---\n## Fix\nWake it.\n'
    )

    answer = diag("pods", "settlement", "--entries", str(tmp_path), *recorded("crashloop-redis-timeout"))

    assert "documented (sure): Our Redis sleeps at night" in answer.stdout


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param(("--lang", "ko"), {}, id="option"),
        pytest.param((), {"PASTEMORTEM_LANGUAGE": "ko"}, id="setting"),
        pytest.param((), {"PASTEMORTEM_LANGUAGE": "auto", "LC_ALL": "ko_KR.UTF-8"}, id="locale"),
    ],
)
def test_korean_is_spoken_to_those_who_want_it(diag, monkeypatch, words, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    told = diag("pods", "settlement", *words, *recorded("crashloop-redis-timeout")).stdout

    assert told.startswith("심각 Deployment settlement/settlement-api")
    assert "문서 있음 (sure): 유휴 커넥션이 끊겨 Redis 명령이 타임아웃됩니다 (Lettuce 등)" in told
    assert "심각 1건: settlement" in told


@pytest.mark.parametrize("words", [("po", "appr-api"), ("pod/appr-api", "-n", "appr-api")], ids=" ".join)
def test_a_check_answers_to_what_kubectl_calls_its_objects(diag, words):
    answer = diag(*words, "--json", *recorded("oom-killed"))

    assert [finding["code"] for finding in json.loads(answer.stdout)] == ["pods.oom-killed"]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("podz", "there is no check 'podz'; did you mean pods?"),
        ("payments", "A namespace stands behind the check: pastemortem diag sweep payments."),
    ],
)
def test_a_word_that_is_no_check_is_answered_with_what_would_be_right(diag, word, told):
    answer = diag(word)

    assert answer.exit_code == 2
    assert told in answer.stderr


def test_a_namespace_that_is_named_twice_must_be_the_same(diag):
    answer = diag("pods", "appr-api/appr-api", "-n", "payments", *recorded("oom-killed"))

    assert answer.exit_code == 2
    assert "is in the namespace appr-api, and --namespace says payments" in answer.stderr


def test_what_is_piped_on_is_neither_coloured_nor_folded(diag):
    told = diag("sweep", *recorded("node-lost-unknown")).stdout

    assert "\x1b" not in told
    assert max(map(len, told.splitlines())) > 200


def test_each_context_of_a_kubeconfig_is_a_cluster_of_its_own(diag, server, tmp_path):
    with ApiServer(recording("healthy")) as well:
        contexts = {"sick": server.url, "well": well.url}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "sick",
            "clusters": [{"name": name, "cluster": {"server": url}} for name, url in contexts.items()],
            "users": [{"name": "reader", "user": {"token": "recorded-token"}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": "reader"}} for name in contexts],
        }
        path = tmp_path / "several"
        path.write_text(json.dumps(config))
        statuses = [
            diag("pods", "--kubeconfig", str(path), *context).exit_code
            for context in ((), ("--context", "sick"), ("--context", "well"), ("--context", "third"))
        ]

    assert statuses == [1, 1, 0, 2]


def test_ctrl_c_ends_the_reading_and_shows_what_was_learnt(started, tmp_path):
    with ApiServer(recording("crashloop-redis-timeout")) as server:
        server.fail("/log", Fault.HANG)
        asked = ["diag", "pods", "--timeout", "60", "--kubeconfig", str(server.kubeconfig(tmp_path))]
        process = started(*asked)
        wait_for(lambda: any(request.path.endswith("/log") for request in server.received))

        process.send_signal(signal.SIGINT)
        told, unread = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "ends again and again" in told
    assert "it was cancelled while this was read" in unread
