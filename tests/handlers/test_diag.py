"""`/diag` over the real Slack SDK and the real Kubernetes client, against recordings of real clusters."""

import pytest

from tests.diagnostics.api_server import ApiServer, recording


@pytest.fixture
def cluster(tmp_path):
    """Serve a recorded cluster; its kubeconfig lies beside."""
    running = []

    def serve(scenario, context="recorded"):
        server = ApiServer(recording(scenario))
        running.append(server)
        server.__enter__()
        server.kubeconfig(tmp_path, context=context)
        return server

    yield serve
    for server in running:
        server.__exit__()


@pytest.fixture
def join(start, tmp_path):
    return lambda **settings: start(KUBECONFIG=str(tmp_path / "kubeconfig"), **settings)


@pytest.fixture
def said(workspace):
    """Wait for the message of ours in a channel that says something."""

    def wait(*words, channel="platform", user=None):
        def found():
            seen = workspace.whispers(user, channel) if user else workspace.messages(channel)
            ours = [message for message in seen if message.get("user") == workspace.bot_user]
            return next((each for each in ours if all(word in str(each) for word in words)), None)

        return workspace.wait_for(found)

    return wait


def test_smoke(cluster, join, workspace, said, read):
    cluster("oom-killed")
    join()
    outcome = workspace.command("alex", "platform", "/diag", "pods")
    assert outcome.acknowledged
    print(read(said("pods")))
    import json

    print(json.dumps(said("pods")["blocks"], ensure_ascii=False, indent=1))
    workspace.command("alex", "platform", "/diag", "sweep")
    print(read(said("sweep")))
    print([c.method for c in workspace.calls])
    workspace.command("minji", "platform", "/diag", "help")
    print(workspace.whispers("minji", "platform"))
    assert 0
