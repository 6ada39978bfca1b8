"""What all tests share: an environment of their own."""

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.joined"]

# A machine under load is slow, and that is no property of ours.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

OURS = ("SLACK_", "PASTEMORTEM_", "KUBE")
KEPT = frozenset({"KUBEBUILDER_ASSETS", "PASTEMORTEM_TEST_KUBECONFIG"})


class Clock:
    """Tells the seconds that a test has set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Nothing that the developer has set for the product, for a proxy or for a platform reaches a test."""
    for name in os.environ:
        if name.startswith(OURS) and name not in KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    # Not even the kubeconfig of whoever runs the tests.
    monkeypatch.setenv("KUBECONFIG", "/nonexistent/kubeconfig")
    for name in ("PORT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
