"""A recorded cluster beside the workspace, and the bot that may ask it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.diagnostics.api_server import ApiServer, recording


@pytest.fixture
def serve(tmp_path) -> Iterator[Callable[..., ApiServer]]:
    """Serve a recording, by its scenario or by its content; the last one served is the kubeconfig's current context."""
    contexts: dict[str, ApiServer] = {}
    with ExitStack() as running:

        def begin(scenario: str | dict[str, Any], context: str = "recorded") -> ApiServer:
            content = recording(scenario) if isinstance(scenario, str) else scenario
            contexts[context] = running.enter_context(ApiServer(content))
            write_kubeconfig(tmp_path / "kubeconfig", contexts)
            return contexts[context]

        yield begin


def write_kubeconfig(path, contexts: dict[str, ApiServer]) -> None:
    written = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": list(contexts)[-1],
        "clusters": [{"name": name, "cluster": {"server": server.url}} for name, server in contexts.items()],
        "users": [{"name": "reader", "user": {"token": "recorded-token"}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": "reader"}} for name in contexts],
    }
    path.write_text(json.dumps(written))


@pytest.fixture
def join(start, tmp_path):
    """Start a bot that has the kubeconfig."""
    return lambda **settings: start(KUBECONFIG=tmp_path / "kubeconfig", **settings)


@pytest.fixture
def answered(workspace, read):
    """Wait for a message of ours in a channel that says all of some words, and return it."""

    def wait(*words: str, channel: str = "platform") -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            ours = (message for message in workspace.messages(channel) if message.get("user") == workspace.bot_user)
            return next((message for message in ours if all(word in read(message) for word in words)), None)

        return workspace.wait_for(found)

    return wait


@pytest.fixture
def whispered(workspace, read):
    """Wait for what one person alone is told in a channel, and return all of it."""

    def wait(user: str, *words: str, channel: str = "platform") -> str:
        def told() -> str:
            everything = "\n".join(read(message) for message in workspace.whispers(user, channel))
            return everything if everything and all(word in everything for word in words) else ""

        return workspace.wait_for(told)

    return wait
