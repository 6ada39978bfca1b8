"""A real kube-apiserver over a real etcd, in which a recorded cluster stands as it was.

The objects are put into etcd as they were recorded, past the API: created through it they would get new uids, lose
their statuses, and be changed by admission. Only their times are moved, so that they are as old as they were. There are
no controllers, so nothing changes after that. Logs come from a kubelet that has those of the recording.

The flags are those that Kubernetes 1.20 and 1.31 to 1.36 have in common.
"""

import contextlib
import http
import json
import os
import re
import ssl
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import yaml

from tests.diagnostics import programs, recorded_list
from tests.diagnostics.etcd import Etcd
from tests.diagnostics.kubelet import Kubelet
from tests.diagnostics.recorded_list import RecordedList
from tests.loopback import CERTIFICATE

ASSETS = os.environ.get("KUBEBUILDER_ASSETS", "")
ABSENT = "KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver"

READER, STRANGER, ADMINISTRATOR = "reader", "stranger", "administrator"
"""Who may ask: the account that deploy/ grants its role to, one without any role, one that may do everything."""

_USERS = {
    READER: ("system:serviceaccount:pastemortem:pastemortem", ""),
    STRANGER: ("system:serviceaccount:elsewhere:default", ""),
    ADMINISTRATOR: ("kubernetes-admin", "system:masters"),
}
"""The names and groups of those who may ask. What they are called above is their token, and their context."""

ISSUER = "https://oidc.eks.ap-northeast-2.amazonaws.com/id/7F3A9C0E5B1D4826A4C8E2F07B6D9135"
"""Who issues the tokens of the recorded clusters."""

_DEPLOY = Path(__file__).parents[2] / "deploy"
_TIME = re.compile(r"(?<!\d)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=(?:\.\d+)?Z)")
_SERVERS_OWN = frozenset({"apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io"})
"""Groups whose objects the API server makes for itself."""

_FOLDERS = {
    "nodes": "minions",
    "services": "services/specs",
    "endpoints": "services/endpoints",
    "replicationcontrollers": "controllers",
    "ingresses": "ingress",
}
"""Where in etcd the API server keeps what it does not keep under its plural name."""

_DEFINITIONS = "/registry/apiextensions.k8s.io/customresourcedefinitions"
_NOBODY_LISTENS = 1
"""A port where no kubelet is."""

_FRESH = 15.0
"""Seconds after which what is held has become too old: nodes that say nothing for 40 s count as lost."""

_PATIENCE = 30.0
"""Seconds that an answer may take, or the server to notice that a resource was defined, or is no longer."""


class RealApiServer:
    """kube-apiserver, with the ClusterRole that is shipped."""

    def __init__(self, folder: Path, etcd: Etcd, kubelet: Kubelet) -> None:
        """Take the folder where its files may stand, and what it keeps its objects and gets its logs from."""
        self._etcd = etcd
        self._kubelet = kubelet
        self._port = programs.free_port()
        self._folders: set[str] = set()
        self._defined: dict[str, RecordedList] = {}
        self._groups: frozenset[str] = frozenset()
        self._held: tuple[dict[str, Any], bool] | None = None
        self._stale_at = 0.0
        self._lacking: list[str] = []
        tokens = folder / "tokens.csv"
        tokens.write_text("".join(f'{token},{name},{name},"{group}"\n' for token, (name, group) in _USERS.items()))
        self.command = [
            str(Path(ASSETS) / "kube-apiserver"),
            *("--etcd-servers", etcd.url),
            *("--bind-address", "127.0.0.1", "--secure-port", str(self._port)),
            # It would look for a default route, which not every machine has.
            *("--advertise-address", "127.0.0.1"),
            # The addresses of the recorded Service `kubernetes` stay what they were.
            *("--endpoint-reconciler-type", "none"),
            *("--tls-cert-file", str(CERTIFICATE), "--tls-private-key-file", str(CERTIFICATE)),
            *("--token-auth-file", str(tokens), "--authorization-mode", "RBAC"),
            *("--service-account-issuer", ISSUER),
            *("--service-account-key-file", str(CERTIFICATE), "--service-account-signing-key-file", str(CERTIFICATE)),
            *("--service-cluster-ip-range", "172.20.0.0/16"),
            # Nobody answers the recorded webhooks.
            *("--disable-admission-plugins", "MutatingAdmissionWebhook,ValidatingAdmissionWebhook"),
        ]
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps(self._kubeconfig()))
        self._grant()

    def is_up(self) -> bool:
        """Say whether it is ready."""
        return self.ask("GET", "/readyz")[0] == http.HTTPStatus.OK

    def ask(self, method: str, path: str, *, user: str = ADMINISTRATOR, body: Any = None) -> tuple[int, str]:
        """Send any request, past the client of the product with its guard; return the status and the body."""
        context = ssl.create_default_context(cafile=str(CERTIFICATE))
        connection = HTTPSConnection("127.0.0.1", self._port, timeout=_PATIENCE, context=context)
        headers = {"Authorization": f"Bearer {user}", "Content-Type": "application/json"}
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    @property
    def version(self) -> str:
        """What it says that it is, such as v1.36.1."""
        return str(json.loads(self.ask("GET", "/version")[1])["gitVersion"])

    @property
    def minor(self) -> int:
        """The second number of its version."""
        return int(self.version.split(".")[1])

    def become(self, content: dict[str, Any], *, kubelets_answer: bool = True) -> list[str]:
        """Hold the recorded cluster and nothing of the one before; return the paths that this version lacks."""
        if (content, kubelets_answer) != self._held or time.monotonic() > self._stale_at:
            self._held = None
            self._stale_at = time.monotonic() + _FRESH
            self._lacking = self._hold(_of_today(content), self._kubelet.port if kubelets_answer else _NOBODY_LISTENS)
            self._held = (content, kubelets_answer)
        return self._lacking

    def forget_the_past(self) -> None:
        """Let every list that somebody has begun to read expire."""
        self._etcd.compact()

    def _hold(self, content: dict[str, Any], kubelet_port: int) -> list[str]:
        lists = [each for each in recorded_list.parse(content) if each.group not in _SERVERS_OWN]
        self._kubelet.content = content
        self._define([each for each in lists if self._is_foreign(each)])
        self._folders |= {self._folder(each) for each in lists}
        for folder in self._folders:
            self._etcd.delete_all(f"/registry/{folder}/")
        served = [each for each in lists if self._serves(each.path)]
        for each in served:
            self._store(each, kubelet_port)
        return [each.path for each in lists if each.items and each not in served]

    def _define(self, wanted: list[RecordedList]) -> None:
        """Serve these custom resources and no others."""
        gone = [each for name, each in self._defined.items() if name not in {other.name for other in wanted}]
        for each in gone:
            self._etcd.delete(f"{_DEFINITIONS}/{each.name}")
        for each in wanted:
            self._etcd.put(f"{_DEFINITIONS}/{each.name}", each.definition())
        self._wait_until(http.HTTPStatus.NOT_FOUND, gone)
        self._wait_until(http.HTTPStatus.OK, wanted)
        self._defined = {each.name: each for each in wanted}

    def _wait_until(self, status: http.HTTPStatus, lists: list[RecordedList]) -> None:
        """Wait until the server answers for custom resources, and for their APIs as a whole, with a status."""
        services = [f"/apis/apiregistration.k8s.io/v1/apiservices/{each.version}.{each.group}" for each in lists]
        paths = [*services, *(each.path for each in lists)]
        end = time.monotonic() + _PATIENCE
        while late := [path for path in paths if self.ask("GET", path)[0] != status]:
            if time.monotonic() > end:
                raise RuntimeError(f"not answered with {status} after {_PATIENCE:g} s: {', '.join(late)}")
            time.sleep(0.05)

    def _is_foreign(self, listed: RecordedList) -> bool:
        """Say whether a resource is not of Kubernetes itself, in whatever version."""
        if not self._groups:
            found = json.loads(self.ask("GET", "/apis")[1])["groups"]
            self._groups = frozenset({"", *(each["name"] for each in found)})
        return listed.group not in self._groups

    def _serves(self, path: str) -> bool:
        return self.ask("GET", f"{path}?limit=1")[0] == http.HTTPStatus.OK

    def _folder(self, listed: RecordedList) -> str:
        if listed.name in self._defined:
            return f"{listed.group}/{listed.plural}"
        return _FOLDERS.get(listed.plural, listed.plural)

    def _store(self, listed: RecordedList, kubelet_port: int) -> None:
        for thing in listed.objects:
            metadata = thing["metadata"]
            metadata.pop("resourceVersion", None)
            if listed.path == "/api/v1/nodes":
                thing["status"]["addresses"] = [{"type": "InternalIP", "address": "127.0.0.1"}]
                thing["status"]["daemonEndpoints"] = {"kubeletEndpoint": {"Port": kubelet_port}}
            name = "/".join(metadata[key] for key in ("namespace", "name") if metadata.get(key))
            self._etcd.put(f"/registry/{self._folder(listed)}/{name}", thing)

    def _grant(self) -> None:
        """Put the shipped ClusterRole and its binding in place before the server starts."""
        for file, folder in (("cluster-role", "clusterroles"), ("cluster-role-binding", "clusterrolebindings")):
            granted = yaml.safe_load((_DEPLOY / f"{file}.yaml").read_text())
            self._etcd.put(f"/registry/{folder}/{granted['metadata']['name']}", granted)

    def _kubeconfig(self) -> dict[str, Any]:
        cluster = {"server": f"https://127.0.0.1:{self._port}", "certificate-authority": str(CERTIFICATE)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": READER,
            "clusters": [{"name": "real", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": user}} for user in _USERS],
            "contexts": [{"name": user, "context": {"cluster": "real", "user": user}} for user in _USERS],
        }


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RealApiServer]:
    """Run etcd and kube-apiserver from KUBEBUILDER_ASSETS for as long as the context lasts."""
    for name in ("etcd", "kube-apiserver"):
        if not os.access(Path(ASSETS) / name, os.X_OK):
            raise FileNotFoundError(
                f"{Path(ASSETS) / name} is no program, and KUBEBUILDER_ASSETS says that it is there"
            )
    with (
        tempfile.TemporaryDirectory() as data,
        Kubelet() as kubelet,
        programs.running(lambda: Etcd(Path(ASSETS) / "etcd", Path(data)), folder / "etcd.log") as etcd,
        programs.running(lambda: RealApiServer(folder, etcd, kubelet), folder / "kube-apiserver.log") as server,
    ):
        yield server


def _of_today(content: dict[str, Any]) -> dict[str, Any]:
    """Return a recording as if it had been made now; the clock of the API server cannot be set back."""
    later = datetime.now(UTC) - datetime.fromisoformat(content["recorded_at"])

    def move(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + later).strftime("%Y-%m-%dT%H:%M:%S")

    moved: dict[str, Any] = json.loads(_TIME.sub(move, json.dumps(content)))
    return moved
