"""`/diag` over the real Slack SDK and the real Kubernetes client, against recordings of real clusters."""

import copy
import json

import pytest

from diagnostics.checks import CHECKS
from tests.diagnostics.api_server import Fault, recording

SECRETS = ("AKIAIOSFODNN7EXAMPLE", "hunter2-is-no-secret", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl")
HOSTILE = "<!channel> <@U000000> *bold* ``` @here &lt;!everyone&gt;"


def with_crash_log(lines):
    """The recording of a crash loop, in which the container says something else before it ends."""
    content = copy.deepcopy(recording("crashloop-redis-timeout"))
    content["logs"] = {key: "\n".join(lines) + "\n" for key in content["logs"]}
    return content


def with_more_pods(count):
    """The recording of an image that cannot be pulled, with as many pods that nobody owns and that fail alike."""
    content = copy.deepcopy(recording("image-pull-error"))
    pods = content["lists"]["/api/v1/pods"]["items"]
    failing = next(pod for pod in pods if "ImagePullBackOff" in json.dumps(pod.get("status")))
    for number in range(count):
        pod = copy.deepcopy(failing)
        pod["metadata"] |= {"name": f"lonely-{number}", "uid": f"uid-{number}", "ownerReferences": [], "labels": {}}
        pods.append(pod)
    return content


def rights(*, verbs, resources):
    rules = [{"verbs": verbs, "resources": resources, "apiGroups": [""]}]
    return {
        "selfsubjectrulesreviews": {"status": {"resourceRules": rules, "incomplete": False}},
        "selfsubjectreviews": {"status": {"userInfo": {"username": "system:serviceaccount:ops:bot"}}},
    }


def everything_sent(workspace):
    calls = [json.dumps(call.arguments, ensure_ascii=False, default=str) for call in workspace.calls]
    files = [workspace.file(call.response["files"][0]["id"]).decode() for call in uploads(workspace)]
    return "\n".join([*calls, *files])


def uploads(workspace):
    return workspace.calls_to("files.completeUploadExternal")


def test_a_check_says_what_is_wrong_where_everybody_sees_it(serve, join, workspace, answered, read):
    serve("oom-killed")
    join()

    outcome = workspace.command("alex", "platform", "/diag", "pods appr-api")

    said = read(answered("pods.oom-killed"))
    assert outcome.acknowledged
    assert "*pods* · `appr-api` · cluster `recorded`" in said
    assert "*Found:* 1 critical" in said
    assert ":red_circle: *Deployment appr-api/appr-api* container appr-api was OOMKilled" in said
    assert "resources.limits.memory: 64Mi" in said
    assert "*Next:* `kubectl top pod " in said
    assert f"asked by <@{workspace.user('alex')}>" in said


def test_a_question_about_one_thing_leaves_the_others_alone(serve, join, workspace, answered, read):
    serve("service-selector-mismatch")
    join()

    workspace.command("alex", "platform", "/diag", "service payments/payments-api")

    assert "its selector app=payment-api" in read(answered("service.selects-nothing"))


def test_a_sweep_names_the_cause_first_and_what_follows_from_it_below(serve, join, workspace, answered, read):
    serve("oom-killed")
    join()

    workspace.command("alex", "platform", "/diag", "sweep")

    said = read(answered("*sweep*", "Found"))
    cause, _, consequences = said.partition("*Because of it:*")
    assert "OOMKilled at its memory limit" in cause
    assert "*Service appr-api/appr-api* has no ready endpoints" in consequences


def test_nothing_wrong_is_said_in_so_many_words(serve, join, workspace, answered):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag", "pods")

    assert answered("*pods*", "Nothing wrong")


def test_what_may_not_be_read_is_no_clean_bill_of_health(serve, join, workspace, answered, read):
    serve("healthy").fail("/pods", Fault.FORBIDDEN)
    join()

    workspace.command("alex", "platform", "/diag", "pods")

    said = read(answered("Could not look"))
    assert "RBAC does not grant list on pods" in said
    assert "Nothing wrong" not in said


def test_a_cluster_that_hangs_is_given_up_in_time(serve, join, workspace, answered):
    serve("healthy").fail("/pods", Fault.HANG)
    join(PASTEMORTEM_DIAG_SECONDS=1)

    workspace.command("alex", "platform", "/diag", "pods")

    assert answered("Could not look", "gave no answer for pods")


def test_what_was_learnt_before_something_hung_is_said(serve, join, workspace, answered, read):
    serve("oom-killed").fail("/services", Fault.HANG)
    join(PASTEMORTEM_SWEEP_SECONDS=5)

    workspace.command("alex", "platform", "/diag", "sweep")

    said = read(answered("*sweep*", "Found"))
    assert "OOMKilled at its memory limit" in said
    assert "Not everything could be looked at" in said
    assert "gave no answer for services" in said


def test_a_line_moves_while_people_wait(serve, join, workspace, answered):
    serve("healthy").fail("/pods", Fault.HANG)
    join(PASTEMORTEM_SWEEP_SECONDS=60)

    workspace.command("alex", "platform", "/diag", "sweep kube-system")
    first = answered("Looking", "reading")

    workspace.wait_for(lambda: len(workspace.calls_to("chat.update")) >= 2)
    lines = [call.arguments["blocks"] for call in workspace.calls_to("chat.update")]
    assert lines[0] != lines[1]
    assert {call.arguments["ts"] for call in workspace.calls_to("chat.update")} == {first["ts"]}
    workspace.press("alex", first, "cancel_diag", channel="platform")


@pytest.fixture
def hanging(serve, join, workspace, answered):
    """A sweep that hangs, and the line that says so."""
    serve("oom-killed").fail("/services", Fault.HANG)
    join(PASTEMORTEM_SWEEP_SECONDS=60)
    workspace.command("alex", "platform", "/diag", "sweep")
    return answered("Looking")


def test_a_sweep_can_be_cancelled_even_while_the_cluster_hangs(hanging, workspace, answered, read):
    workspace.press("alex", hanging, "cancel_diag", channel="platform")

    said = read(answered("Cancelled"))
    assert "OOMKilled at its memory limit" in said
    assert "not read: services; it was cancelled while this was read" in said
    assert f"cancelled by <@{workspace.user('alex')}>" in said


def test_anybody_in_the_channel_may_cancel_and_is_named(hanging, workspace, answered):
    workspace.press("jo", hanging, "cancel_diag", channel="platform")

    assert answered("Cancelled", f"cancelled by <@{workspace.user('jo')}>")


def test_what_is_over_has_no_button_any_more(hanging, workspace, answered):
    workspace.press("jo", hanging, "cancel_diag", channel="platform")

    assert "cancel_diag" not in json.dumps(answered("Cancelled")["blocks"])


def test_a_second_press_in_the_same_moment_does_no_harm(hanging, workspace, answered):
    for person in ("jo", "alex"):
        assert workspace.press(person, hanging, "cancel_diag", channel="platform").acknowledged

    assert answered("Cancelled")


def test_a_slow_cluster_keeps_nobody_from_the_knowledge_base(serve, join, workspace, answered, whispered):
    serve("healthy").fail("/pods", Fault.HANG)
    join(PASTEMORTEM_WORKERS=2, PASTEMORTEM_DIAG_AT_ONCE=1, PASTEMORTEM_SWEEP_SECONDS=60)
    workspace.command("alex", "platform", "/diag", "sweep")
    workspace.command("jo", "platform", "/diag", "sweep")

    assert "busy" in whispered("jo", "busy")
    workspace.command("jo", "platform", "/kb", "list")
    assert whispered("jo", "entries")
    workspace.press("alex", answered("Looking"), "cancel_diag", channel="platform")
    workspace.press("jo", answered("Looking", workspace.user("jo")), "cancel_diag", channel="platform")


def test_an_unknown_check_is_answered_with_the_nearest_and_help(serve, join, workspace, whispered):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag", "podz payments")

    told = whispered("alex", "There is no check `podz`.")
    assert "Did you mean `pods`?" in told
    assert "`rollout`" in told


def test_a_namespace_alone_is_told_where_it_belongs(serve, join, workspace, whispered):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag", "payments/api")

    assert whispered("alex", "There is no check `payments`.", "`/diag sweep payments/api`")


def test_a_check_answers_to_what_kubectl_calls_its_objects(serve, join, workspace, answered):
    serve("oom-killed")
    join()

    workspace.command("alex", "platform", "/diag", "po/appr-api -n appr-api")

    assert answered("*pods* · `appr-api/appr-api`", "OOMKilled at its memory limit")


def test_help_names_every_check_of_the_registry_once(serve, join, workspace, whispered):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag")

    told = whispered("alex", "/diag sweep")
    assert [check.id for check in CHECKS if told.count(f"`{check.id}`") != 1] == []
    assert "Clusters: `recorded`" in told


def test_help_about_one_check_tells_what_it_can_say(serve, join, workspace, whispered):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag", "help service")

    assert "A Service sends to a port that no container behind it declares" in whispered("alex", "service.wrong")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pods Payments", "&#x27;Payments&#x27; is not a namespace"),
        ("pods a b", "a and b are 2 targets"),
        ("pods --colour red", "there is no option --colour; there is --all-namespaces, --cluster,"),
        ("pods --cluster", "--cluster lacks its value; write --cluster NAME"),
        ('pods "a', "cannot be read: No closing quotation"),
    ],
    ids=["a name", "two targets", "an option", "no value", "a quote"],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(serve, join, workspace, whispered, text, told):
    serve("healthy")
    join()

    workspace.command("alex", "platform", "/diag", text)

    assert whispered("alex", told.replace("&#x27;", "'"))


def test_the_same_words_work_after_a_mention_in_a_thread(serve, join, workspace, room, read):
    serve("oom-killed")
    join()
    first = workspace.post("jo", "platform", "who broke it?")
    workspace.post("alex", "platform", f"<@{workspace.bot_user}> diag pods appr-api", thread_ts=first["ts"], raw=True)

    reply = room().answer(first, count=2)
    assert "OOMKilled at its memory limit" in read(reply)
    assert reply["thread_ts"] == first["ts"]


def test_an_edit_of_the_question_changes_the_answer(serve, join, workspace, room, read):
    serve("oom-killed")
    join()
    mention = f"<@{workspace.bot_user}> diag"
    posted = workspace.post("alex", "platform", f"{mention} pods kube-system", raw=True)
    assert "Nothing wrong" in read(room().answer(posted))

    workspace.edit("alex", "platform", posted["ts"], f"{mention} pods appr-api")

    workspace.wait_for(lambda: "OOMKilled" in read(room().replies(posted)[0]))
    assert len(room().replies(posted)) == 1


def test_where_the_bot_may_not_speak_the_answer_is_a_direct_message(serve, join, workspace, answered, whispered):
    serve("oom-killed")
    join()

    workspace.command("alex", "random", "/diag", "pods")

    assert answered("OOMKilled", channel=workspace.direct("alex"))
    assert "direct messages" in whispered("alex", "I may not speak here", channel="random")


def test_a_korean_is_spoken_to_in_korean(serve, join, workspace, answered, whispered, read):
    serve("oom-killed")
    join()

    workspace.command("minji", "platform", "/diag", "pods")
    workspace.command("minji", "platform", "/diag", "podz")

    said = read(answered("pods.oom-killed"))
    assert "*발견:* 심각 1건" in said
    assert "*다음 조치:*" in said
    assert "혹시 `pods` 점검을 찾으셨습니까?" in whispered("minji", "podz")


def test_secrets_in_a_log_never_reach_slack(serve, join, workspace, answered, settled):
    lines = [
        f"ERROR connecting with password={SECRETS[1]} key {SECRETS[0]}",
        f"FATAL Authorization: Bearer {SECRETS[2]}",
    ]
    serve(with_crash_log(lines))
    bot = join()

    workspace.command("alex", "platform", "/diag", "pods")
    answered("[redacted]")
    workspace.command("alex", "platform", "/diag", "sweep")
    answered("*sweep*")
    settled(bot)

    sent = everything_sent(workspace)
    assert [secret for secret in SECRETS if secret in sent] == []


def test_a_log_line_can_neither_mention_anybody_nor_leave_its_fence(serve, join, workspace, answered):
    serve(with_crash_log([f"ERROR {HOSTILE}"]))
    join()

    workspace.command("alex", "platform", "/diag", "pods")

    message = answered("&lt;!channel&gt;")
    written = json.dumps(message["blocks"], ensure_ascii=False)
    assert "<!" not in written
    assert "<@U000000" not in written
    fenced = next(block for block in message["blocks"] if "log:" in json.dumps(block))["text"]["text"]
    assert fenced.count("```") == 2


def test_a_documented_error_in_a_log_is_named_with_its_entry(serve, join, workspace, answered, pastes):
    serve(with_crash_log([pastes.endless]))
    join()

    workspace.command("alex", "platform", "/diag", "pods")

    message = answered("*Documented:* A procedure that no message can hold")
    assert workspace.press("alex", message, "show_entry", channel="platform").acknowledged
    workspace.wait_for(lambda: workspace.view("alex"))


def test_an_answer_that_is_too_long_goes_on_in_a_file(serve, join, workspace, answered, read):
    serve(with_more_pods(80))
    join()

    workspace.command("alex", "platform", "/diag", "pods member")

    message = answered("attached as a file")
    uploaded = workspace.wait_for(lambda: uploads(workspace))[0]
    content = workspace.file(uploaded.response["files"][0]["id"]).decode()
    assert len(json.dumps(message["blocks"], ensure_ascii=False)) < 13_200
    assert uploaded.arguments["thread_ts"] == message["ts"]
    assert [number for number in range(80) if f"Pod member/lonely-{number} " not in content] == []


def test_what_a_check_shows_stands_as_a_table(serve, join, workspace, answered, read):
    serve("rollout-stuck")
    join()

    workspace.command("alex", "platform", "/diag", "rollout appr-web/appr-web")

    said = read(answered("ProgressDeadlineExceeded"))
    assert "revision" in said.lower()
    assert "3.3.0" in said


def test_each_cluster_is_asked_by_its_name(serve, join, workspace, answered):
    serve("oom-killed", context="staging")
    serve("healthy", context="prod")
    join(PASTEMORTEM_CLUSTERS="prod,staging")

    workspace.command("alex", "platform", "/diag", "pods")
    workspace.command("alex", "platform", "/diag", "pods --cluster staging")
    workspace.command("alex", "platform", "/diag", "pods —cluster secret")

    assert answered("cluster `prod`", "Nothing wrong")
    assert answered("cluster `staging`", "OOMKilled")
    assert answered("cluster `secret`", "Could not look", "there are: prod, staging")


def test_only_the_current_context_is_asked_unless_others_are_allowed(serve, join, workspace, answered):
    serve("oom-killed", context="staging")
    serve("healthy", context="prod")
    join()

    workspace.command("alex", "platform", "/diag", "pods --cluster staging")

    assert answered("Could not look", "there is no cluster 'staging'")


@pytest.mark.parametrize("setting", ["PASTEMORTEM_DIAG_CHANNELS", "PASTEMORTEM_DIAG_USERS"])
def test_who_is_not_allowed_is_told_so_and_nothing_is_asked(serve, join, workspace, whispered, setting):
    server = serve("oom-killed")
    join(**{setting: "X1,X2"})

    workspace.command("alex", "platform", "/diag", "pods")

    assert "may not ask about the cluster" in whispered("alex", setting)
    assert [request.path for request in server.received if request.path.startswith("/api/v1")] == []


def test_who_is_allowed_gets_an_answer(serve, join, workspace, answered):
    serve("oom-killed")
    join(PASTEMORTEM_DIAG_CHANNELS=workspace.channel("platform"), PASTEMORTEM_DIAG_USERS=workspace.user("alex"))

    workspace.command("alex", "platform", "/diag", "pods")

    assert answered("OOMKilled")


def test_without_a_cluster_one_sentence_says_how_to_set_one_up(bot, workspace, whispered):
    workspace.command("alex", "platform", "/diag", "pods")

    assert "set `KUBECONFIG`" in whispered("alex", "No cluster is set up")


def test_credentials_that_may_write_are_refused_where_that_is_wanted(serve, join, workspace, answered):
    serve(recording("healthy") | {"reviews": rights(verbs=["delete", "get"], resources=["pods"])})
    join(PASTEMORTEM_DIAG_STRICT="true")

    workspace.command("alex", "platform", "/diag", "pods")

    assert answered("Could not look", "system:serviceaccount:ops:bot may do more than read: delete on pods")


def test_credentials_that_only_read_are_used_where_others_are_refused(serve, join, workspace, answered):
    serve(recording("healthy") | {"reviews": rights(verbs=["get", "list"], resources=["pods"])})
    join(PASTEMORTEM_DIAG_STRICT="true")

    workspace.command("alex", "platform", "/diag", "pods")

    assert answered("*pods*", "Nothing wrong")


def test_credentials_that_may_write_are_logged_loudly_at_the_start(serve, join, workspace, capsys):
    serve(recording("healthy") | {"reviews": rights(verbs=["delete"], resources=["pods"])})
    join()

    logged = []
    workspace.wait_for(lambda: logged.append(capsys.readouterr().out) or "may write" in "".join(logged))
    assert "delete on pods" in "".join(logged)


def test_every_run_is_logged_with_who_and_what_but_without_what_was_read(
    serve, join, workspace, answered, settled, capsys
):
    serve("oom-killed")
    bot = join()

    workspace.command("alex", "platform", "/diag", "pods appr-api")
    answered("OOMKilled")
    settled(bot)

    logged = capsys.readouterr().out
    line = next(line for line in logged.splitlines() if "question=pods" in line)
    assert f"user={workspace.user('alex')}" in line
    assert "target=appr-api" in line
    assert "cluster=recorded" in line
    assert "64Mi" not in logged
