"""A real kube-apiserver over a real etcd, in which a recorded cluster stands as it was.

The objects are put into etcd as they were recorded, past the API: created through it they would get new uids, lose
their statuses, and be changed by admission. Only their times are moved, so that they are as old as they were. There are
no controllers, so nothing changes after that.
"""

import base64
import contextlib
import json
import os
import re
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.diagnostics.api_server import CERTIFICATE

ASSETS = os.environ.get("KUBEBUILDER_ASSETS", "")
_DEPLOY = Path(__file__).parents[2] / "deploy"
_TOKEN = "read-only"
_READER = "system:serviceaccount:pastemortem:pastemortem"
_LIST = re.compile(
    r"/(?:api/(?P<core>v1)|apis/(?P<group>[^/]+)/(?P<version>[^/]+))(?:/namespaces/[^/]+)?/(?P<plural>[^/]+)"
)
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=(?:\.\d+)?Z)")
_NOT_STORED = frozenset({"metrics.k8s.io", "apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io"})
_FOLDERS = {
    "nodes": "minions",
    "services": "services/specs",
    "endpoints": "services/endpoints",
    "replicationcontrollers": "controllers",
    "ingresses": "ingress",
    "customresourcedefinitions": "apiextensions.k8s.io/customresourcedefinitions",
}
"""Where in etcd the API server keeps what it does not keep under its plural name."""

_NOBODY_LISTENS = 1
"""Where the API server looks for kubelets: a log is refused at once, instead of after a while."""

_PATIENCE = 60.0
"""Seconds that a server may take to start."""


class Etcd:
    """An etcd of its own, filled through its JSON gateway."""

    def __init__(self, folder: Path) -> None:
        self.port, peers = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        peer_url = f"http://127.0.0.1:{peers}"
        self.command = [
            str(Path(ASSETS) / "etcd"),
            *("--data-dir", str(folder / "etcd")),
            *("--listen-client-urls", self.url),
            *("--advertise-client-urls", self.url),
            *("--listen-peer-urls", peer_url),
            *("--initial-advertise-peer-urls", peer_url),
            *("--initial-cluster", f"default={peer_url}"),
        ]

    def put(self, key: str, value: Any) -> None:
        """Put an object under a key."""
        self._ask("put", {"key": _encoded(key), "value": _encoded(json.dumps(value))})

    def get(self, key: str) -> Any:
        """Return the object under a key, None when there is none."""
        found = self._ask("range", {"key": _encoded(key)}).get("kvs")
        return json.loads(base64.b64decode(found[0]["value"])) if found else None

    def delete_all(self, prefix: str) -> None:
        """Delete everything below a prefix."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        self._ask("deleterange", {"key": _encoded(prefix), "range_end": _encoded(end)})

    def is_up(self) -> bool:
        """Say whether it answers."""
        with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:
            return json.load(answer)["health"] == "true"

    def _ask(self, verb: str, body: dict[str, str]) -> Any:
        request = urllib.request.Request(f"{self.url}/v3/kv/{verb}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


class RealApiServer:
    """kube-apiserver with the shipped ClusterRole, asked by the account that the role is bound to."""

    def __init__(self, etcd: Etcd, folder: Path) -> None:
        self._etcd = etcd
        self._filled: set[str] = set()
        self.url = f"https://127.0.0.1:{_free_port()}"
        tokens = folder / "tokens.csv"
        tokens.write_text(f"{_TOKEN},{_READER},1\n")
        port = self.url.rpartition(":")[2]
        self.command = [
            str(Path(ASSETS) / "kube-apiserver"),
            *("--etcd-servers", etcd.url),
            *("--bind-address", "127.0.0.1", "--secure-port", port),
            *("--tls-cert-file", str(CERTIFICATE), "--tls-private-key-file", str(CERTIFICATE)),
            *("--token-auth-file", str(tokens), "--authorization-mode", "RBAC"),
            *("--service-account-issuer", "https://kubernetes.default.svc"),
            *("--service-account-key-file", str(CERTIFICATE), "--service-account-signing-key-file", str(CERTIFICATE)),
            *("--service-cluster-ip-range", "172.20.0.0/16"),
        ]
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps(self._kubeconfig()))
        self._grant()

    def is_up(self) -> bool:
        """Say whether it is ready."""
        context = ssl.create_default_context(cafile=str(CERTIFICATE))
        request = urllib.request.Request(f"{self.url}/readyz", headers={"Authorization": f"Bearer {_TOKEN}"})
        with urllib.request.urlopen(request, timeout=1, context=context) as answer:
            return answer.status == 200

    def become(self, content: dict[str, Any]) -> None:
        """Hold the recorded cluster and nothing of the one before."""
        for folder in self._filled:
            self._etcd.delete_all(f"/registry/{folder}/")
        later = datetime.now(UTC) - datetime.fromisoformat(content["recorded_at"])
        for path, body in content["lists"].items():
            for item in body["items"] or []:
                self._store(path, body, _moved(item, later))

    def _store(self, path: str, body: dict[str, Any], item: dict[str, Any]) -> None:
        found = _LIST.fullmatch(path)
        group = found["group"] if found else None
        if found is None or group in _NOT_STORED:
            return
        folder = _FOLDERS.get(found["plural"], found["plural"])
        if group and group.endswith(".io") and not group.endswith(".k8s.io"):
            folder = f"{group}/{found['plural']}"
        self._filled.add(folder)
        metadata = item["metadata"]
        name = "/".join(metadata[key] for key in ("namespace", "name") if metadata.get(key))
        kind = body["kind"].removesuffix("List")
        metadata.pop("resourceVersion", None)
        if found["plural"] == "nodes":
            item["status"]["addresses"] = [{"type": "InternalIP", "address": "127.0.0.1"}]
            item["status"]["daemonEndpoints"] = {"kubeletEndpoint": {"Port": _NOBODY_LISTENS}}
        self._etcd.put(f"/registry/{folder}/{name}", {"kind": kind, "apiVersion": body["apiVersion"], **item})

    def _grant(self) -> None:
        """Put the shipped ClusterRole and its binding in place before the server starts."""
        for file, folder in (("cluster-role", "clusterroles"), ("cluster-role-binding", "clusterrolebindings")):
            granted = yaml.safe_load((_DEPLOY / f"{file}.yaml").read_text())
            self._etcd.put(f"/registry/{folder}/{granted['metadata']['name']}", granted)

    def _kubeconfig(self) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "real",
            "clusters": [{"name": "real", "cluster": {"server": self.url, "certificate-authority": str(CERTIFICATE)}}],
            "users": [{"name": "reader", "user": {"token": _TOKEN}}],
            "contexts": [{"name": "real", "context": {"cluster": "real", "user": "reader"}}],
        }


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RealApiServer]:
    """Run etcd and kube-apiserver from KUBEBUILDER_ASSETS for as long as the context lasts."""
    etcd = Etcd(folder)
    with _process(etcd, folder / "etcd.log"):
        server = RealApiServer(etcd, folder)
        with _process(server, folder / "kube-apiserver.log"):
            yield server


@contextlib.contextmanager
def _process(program: Etcd | RealApiServer, log: Path) -> Iterator[None]:
    """Run a program until the context ends; it must answer before that begins."""
    with log.open("w") as output, subprocess.Popen(program.command, stdout=output, stderr=output) as process:
        try:
            _wait_for(program, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(program: Etcd | RealApiServer, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if program.is_up():
                return
        time.sleep(0.1)
    raise RuntimeError(f"{program.command[0]} did not come up:\n{log.read_text()[-3000:]}")


def _moved(item: dict[str, Any], later: timedelta) -> dict[str, Any]:
    """Return an object whose times are that much later."""

    def move(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + later).strftime("%Y-%m-%dT%H:%M:%S")

    moved: dict[str, Any] = json.loads(_TIME.sub(move, json.dumps(item)))
    return moved


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
