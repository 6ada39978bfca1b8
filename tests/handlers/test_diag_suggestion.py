"""A state that Kubernetes names and nobody documented: the cluster can be asked about it."""

import pytest

from diagnostics.checks import CHECKS
from handlers.diag import states
from handlers.views import card

STATES = {
    "Warning  Unhealthy  Readiness probe failed: HTTP probe failed with statuscode: 503": "pods",
    "0/5 nodes are available: 5 Insufficient cpu. preemption: not eligible": "pods",
    "Last State: Terminated\n  Reason: OOMKilled\n  Exit Code: 137\nNamespace:  shop": "pods shop",
    'Back-off pulling image "shop/web:1"': "pods",
    "Back-off restarting failed container web in pod web-0_shop(1f2e3d)": "pods shop",
    "FailedMount ContainerCreating FailedAttachVolume Multi-Attach error for volume pvc-1": "storage",
    'Error creating: pods "web" is forbidden: exceeded quota: team, namespace=shop': "quota shop",
    "FailedGetResourceMetric failed to get cpu utilization": "hpa",
    "error: Metrics API not available": "metrics-api",
    "kubectl -n shop describe node a\nDiskPressure   True": "node",
    'Internal error occurred: failed calling webhook "mutate.acme.io"': "webhooks",
    "FailedCreatePodSandBox: plugin type=vpc failed": "cni",
    "Cannot evict pod as it would violate the pod's disruption budget.": "disruption-budgets",
    'deployment "web" exceeded its progress deadline': "rollout",
    "Job has reached the specified backoff limit": "jobs",
    "java.lang.OutOfMemoryError: Java heap space": "jvm",
    'no endpoints available for service "web"': "service",
}
UNDOCUMENTED = "kubectl get pods -n appr-api\nappr-api-88c8b5f6b-x7sf4   0/1   OOMKilled   6"


@pytest.mark.parametrize(("paste", "question"), STATES.items(), ids=list(STATES.values()))
def test_a_named_state_has_a_check_that_looks_at_it(paste, question):
    assert states.question(paste) == question


def test_a_megabyte_of_digits_is_read_once():
    """An expression that begins anew at every digit would hold up everybody for half an hour."""
    assert states.question("1" * 1_000_000) == ""


def test_every_check_exists_and_is_asked_about_a_namespace_only_if_it_lives_in_one():
    assert {sight.check for sight in states.SIGHTS} == {question.split()[0] for question in STATES.values()}
    assert all(CHECKS.get(sight.check).namespaced is sight.namespaced for sight in states.SIGHTS)


@pytest.mark.parametrize("text", ["the pods are fine", "OOM command not allowed when used memory > 'maxmemory'", ""])
def test_a_text_that_names_no_state_asks_nothing(text):
    assert states.question(text) == ""


def test_who_asks_about_an_undocumented_state_can_have_the_cluster_looked_at_in_the_thread(
    serve, join, workspace, room, read
):
    serve("oom-killed")
    join()
    posted = workspace.post("alex", "platform", f"<@{workspace.bot_user}> {UNDOCUMENTED}")
    honest = room().answer(posted)

    assert "Not documented." in read(honest)
    assert "`/diag pods appr-api`" in read(honest)
    assert workspace.press("alex", honest, card.ASK, channel="platform").acknowledged
    assert "was OOMKilled at its memory limit of 64Mi" in read(room().answer(posted, count=2))


def test_a_documented_paste_whose_entry_names_no_check_has_the_button_too(serve, join, workspace, room, pastes):
    serve("oom-killed")
    join()
    answer = room().answer(workspace.post("alex", "platform", f"{pastes.shards}\n{UNDOCUMENTED}"))

    assert workspace.press("alex", answer, card.ASK, channel="platform").acknowledged


def test_what_one_person_was_told_is_answered_in_the_channel(serve, join, workspace, whispered, answered):
    serve("oom-killed")
    join()
    workspace.command("alex", "platform", "/kb", f"match {UNDOCUMENTED}")
    whispered("alex", "`/diag pods appr-api`")

    told = workspace.whispers("alex", "platform")[0]
    assert workspace.press("alex", told, card.ASK, channel="platform").acknowledged
    assert not answered("was OOMKilled").get("thread_ts")


def test_a_channel_hears_nothing_of_it_unasked(serve, join, workspace, room, settled):
    serve("oom-killed")
    bot = join()
    posted = workspace.post("alex", "platform", UNDOCUMENTED)

    settled(bot)
    assert room().replies(posted) == []


@pytest.mark.parametrize("settings", [{"PASTEMORTEM_DIAG_CHANNELS": "C0ELSEWHERE"}, None], ids=["not here", "none"])
def test_it_is_not_offered_where_the_cluster_cannot_be_asked(serve, join, start, workspace, room, read, settings):
    if settings is None:
        start()
    else:
        serve("oom-killed")
        join(**settings)

    honest = room().answer(workspace.post("alex", "platform", f"<@{workspace.bot_user}> {UNDOCUMENTED}"))
    assert "Not documented." in read(honest)
    assert "/diag" not in read(honest)
