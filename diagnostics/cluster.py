"""A cluster, as far as it can be read. The only module that uses the `kubernetes` package.

The package brings the credentials (in-cluster, kubeconfig, exec plugins), TLS and proxies. Its typed models are not
used: they fail as a whole on one odd object, and turn log lines into Python values. What comes back is JSON.
"""

import email.utils
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import urllib3
import yaml
from kubernetes.client.api_client import ApiClient
from kubernetes.client.configuration import Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import incluster_config, kube_config
from kubernetes.config.config_exception import ConfigException

from diagnostics import background, errors, garbage, guard, plugins, redaction, resources, sharing, status, times
from diagnostics.budget import Budget
from diagnostics.resources import Resource
from diagnostics.selection import Selection

LOG_BYTES = 256 * 1024
"""The most that is read of one log; `tail` lines of ordinary length are far less."""

BODY_BYTES = 64 * 1024 * 1024
"""The most that is read of one answer: a page of the largest objects that etcd can hold would be larger, none is."""

CALLS_AT_ONCE = 8
"""Kept below what API Priority and Fairness lets one user have in flight."""

Request = tuple[str, str, dict[str, str], Any, Any]
"""Method, URL, headers, body and form fields, as the client wants them."""

Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""

IN_CLUSTER = "in-cluster"
"""The name of the cluster that this process runs in."""

_HEADERS = MappingProxyType({"Accept": "application/json, */*", "Accept-Encoding": "gzip"})
"""What every request has. Compressed, a list of pods is a tenth of its size, which tells on a long way."""

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_RESTARTS = 2
"""How often a list that expires while it is read is begun again."""

_TIME_TO_LOG_IN = 20.0
"""Seconds that a credential plugin gets; one that opens a browser waits for a person, and nobody sits there."""

_CHUNK = 64 * 1024
"""Bytes of an answer that are read between two looks at its size and at the clock."""


@dataclass(frozen=True)
class _Question:
    """A request before it has credentials; `asked` is what a sentence about its failure calls it."""

    method: str
    target: str
    asked: str
    body: Any = None
    also_accept: int = 200
    next_page: bool = False


class Cluster:
    """One cluster and one connection pool to it, for the life of the process; may be used from many threads."""

    def __init__(self, name: str, configuration: Configuration) -> None:
        configuration.retries = False
        configuration.connection_pool_maxsize = CALLS_AT_ONCE
        self.name = name
        self._client = ApiClient(configuration)
        self._client.user_agent = "pastemortem"
        self._host = configuration.host
        self._is_anonymous = not (configuration.api_key or configuration.cert_file or configuration.username)
        guard.stand_in(self._client.rest_client.pool_manager, configuration.host)
        self._credentials = threading.Lock()
        self._ahead = timedelta(0)

    @property
    def client(self) -> ApiClient:
        """The guarded client, for whoever wants to try what it refuses."""
        return self._client

    def now(self) -> datetime:
        """Return the time by the clock of the API server, which also stamped what ages are reckoned from."""
        return times.now() + self._ahead

    def read(self, resource: Resource, selection: Selection, budget: Budget) -> list[dict[str, Any]]:
        """Return the objects of a resource as JSON, read in pages; a list that expires meanwhile is begun again."""
        for _ in range(_RESTARTS):
            try:
                return self._pages(resource, selection, budget)
            except errors.PageExpired:
                continue
        return self._pages(resource, selection, budget)

    def document(self, path: str, budget: Budget) -> str:
        """Return one of the documents outside of the resources, such as `/readyz?verbose`, as text.

        `/readyz` answers 500 with a text that names the failed part: that text is the answer.
        """
        question = _Question("GET", path, path, also_accept=500 if path.startswith("/readyz") else 200)
        return self._ask(question, budget).decode("utf-8", "replace")

    def logs(self, namespace: str, pod: str, container: str, budget: Budget, *, previous: bool, tail: int) -> bytes:
        """Return the last `tail` lines of a container's log as they are, at most LOG_BYTES of them."""
        path = f"{resources.PODS.path(resources.label('namespace', namespace), resources.subdomain('pod', pod))}/log"
        query = {
            "container": resources.label("container", container),
            "tailLines": str(tail),
            "limitBytes": str(LOG_BYTES),
            **({"previous": "true"} if previous else {}),
        }
        asked = f"the log of {namespace}/{pod} ({container})"
        return self._ask(_Question("GET", f"{path}?{urlencode(query)}", asked), budget)

    def review(self, kind: str, spec: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
        """Ask the API server about these credentials themselves; `kind` is one of `resources.REVIEWS`."""
        path = resources.REVIEWS[kind]
        version = path.removeprefix("/apis/").rpartition("/")[0]
        body = {"apiVersion": version, "kind": kind, "spec": dict(spec)}
        question = _Question("POST", path, f"a {kind}", body)
        return _parsed(self._ask(question, budget), question)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _pages(self, resource: Resource, selection: Selection, budget: Budget) -> list[dict[str, Any]]:
        query = {"limit": str(resource.page)} if resource.page else {}
        if selection.labels:
            query["labelSelector"] = selection.labels
        if selection.fields:
            query["fieldSelector"] = selection.fields
        path = resource.path(selection.namespace)
        objects: list[dict[str, Any]] = []
        while True:
            target = f"{path}?{urlencode(query)}"
            question = _Question("GET", target, str(resource), next_page="continue" in query)
            answer = self._ask(question, budget)
            with garbage.COLLECTION.held():
                page = _parsed(answer, question)
                found = [_trim(item, resource) for item in _items(page, resource)]
                sharing.share(found)
            objects += found
            metadata = page.get("metadata")
            token = metadata.get("continue") if isinstance(metadata, dict) else None
            if not token:
                return objects
            if token == query.get("continue"):
                raise errors.AnswerUnusable(f"the same page is given for {resource} again; is this the API server?")
            query["continue"] = str(token)

    def _ask(self, question: _Question, budget: Budget) -> bytes:
        """Return the body of an answer within the budget; any other status raises.

        A server that is overloaded and says for how long is asked once more, when that leaves time to answer.
        """
        code, headers, answer = self._call(question, budget)
        wait = _pause(code, headers)
        if wait is not None and wait < budget.remaining() / 2:
            time.sleep(wait)
            code, headers, answer = self._call(question, budget)
        if 200 <= code < 300 or code == question.also_accept:
            return answer
        raise self._failure(code, answer, question.asked, headers)

    def _failure(self, code: int, answer: bytes, asked: str, headers: Mapping[str, str]) -> errors.ClusterError:
        """Return the error for an answer that is not a success; who shows no credentials has no rights to mend."""
        error = status.failure(code, answer, asked, headers)
        if self._is_anonymous and isinstance(error, errors.Forbidden | errors.NotAuthenticated):
            return errors.NotAuthenticated(
                f"the API server was asked without credentials for {asked} ({code}); the user of {self.name} in the "
                "kubeconfig has none, or names files that do not exist"
            )
        return error

    def _call(self, question: _Question, budget: Budget) -> Answer:
        """Send a request and wait no longer than the budget, whatever the call hangs in."""
        seconds = budget.spend(next_page=question.next_page)
        call = background.start(lambda: self._send(question, seconds))
        try:
            answer = budget.wait_for(call, seconds)
        except (urllib3.exceptions.HTTPError, ApiException, OSError) as error:
            raise errors.Unreachable(
                f"{self._host} gave no answer for {question.asked}: {_why(error, seconds)}"
            ) from error
        except ConfigException as error:
            raise errors.NotAuthenticated(f"there are no credentials for cluster {self.name}: {error}") from error
        except ValueError:
            # The error repeats the header, and so the token.
            raise errors.NotAuthenticated(
                f"the token of cluster {self.name} cannot be sent: it holds a line break or letters beyond ASCII; "
                "write it anew, with nothing behind it"
            ) from None
        self._ahead = _ahead(answer[1])
        return answer

    def _send(self, question: _Question, seconds: float) -> Answer:
        """Send one request and read its whole answer; a connection that was already dead is tried once more."""
        end = time.monotonic() + seconds
        request = self._request(question)
        try:
            return self._exchange(request, end)
        except urllib3.exceptions.ProtocolError:
            return self._exchange(request, end)

    def _request(self, question: _Question) -> Request:
        """Return a request with its credentials, which are renewed here when they are about to expire."""
        with self._credentials:
            request: Request = self._client.param_serialize(
                question.method,
                question.target,
                header_params=dict(_HEADERS),
                body=question.body,
                auth_settings=["BearerToken"],
            )
            return request

    def _exchange(self, request: Request, end: float) -> Answer:
        seconds = max(0.001, end - time.monotonic())
        response = self._client.call_api(*request, _request_timeout=seconds).response
        try:
            return response.status, response.headers, _read(response, end)
        finally:
            response.release_conn()


class Clusters:
    """The clusters that this process can name: the contexts of a kubeconfig, or the one that it runs in.

    Each is connected when it is first asked for and then kept, since a client costs a connection pool and a token.
    """

    def __init__(self, kubeconfig: str = "", default: str = "") -> None:
        """Take a kubeconfig's path (empty: where kubectl looks) and the context that is meant when none is named."""
        self._kubeconfig = kubeconfig or kube_config.KUBE_CONFIG_DEFAULT_LOCATION
        self._default = default
        self._connected: dict[str, Cluster] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names that `named` takes, the one meant by default first; none when nothing is configured.

        Raises ClusterUnknown for a kubeconfig that cannot be read.
        """
        return self._known()[0]

    def _known(self) -> tuple[tuple[str, ...], str]:
        """Return the names of all clusters, and what is wrong with the kubeconfig where there is none."""
        try:
            contexts, current = kube_config.list_kube_config_contexts(self._kubeconfig)
        except ConfigException as error:
            return ((IN_CLUSTER,) if _runs_in_cluster() else ()), str(error)
        except (OSError, ValueError, TypeError, LookupError, yaml.YAMLError) as error:
            # Whatever the package stumbles over in a file that is no kubeconfig.
            raise errors.ClusterUnknown(
                f"{self._kubeconfig} is no kubeconfig ({type(error).__name__}); `kubectl config view` says where"
            ) from error
        default = self._default or current["name"]
        return (default, *sorted({context["name"] for context in contexts} - {default})), ""

    def named(self, name: str = "") -> Cluster:
        """Return the cluster of a context, the default one when `name` is empty; raise ClusterUnknown."""
        names, problem = self._known()
        if not names:
            raise errors.ClusterUnknown(
                f"no cluster is configured: {self._kubeconfig} does not exist or cannot be used ({problem}), and no "
                "token of a ServiceAccount is mounted; set KUBECONFIG, choose a context (kubectl config use-context), "
                "or deploy with a ServiceAccount"
            )
        chosen = name or names[0]
        if chosen not in names:
            raise errors.ClusterUnknown(f"there is no cluster {chosen!r}; there are: {', '.join(names)}")
        with self._lock:
            if chosen not in self._connected:
                self._connected[chosen] = Cluster(chosen, self._configuration(chosen))
            return self._connected[chosen]

    def close(self) -> None:
        """Give all connections back."""
        with self._lock:
            for cluster in self._connected.values():
                cluster.close()
            self._connected.clear()

    def _configuration(self, name: str) -> Configuration:
        """Return where a cluster is and who asks; whatever that waits for gets so much time and no more."""
        try:
            return background.start(lambda: self._loaded(name)).result(_TIME_TO_LOG_IN)
        except TimeoutError as error:
            raise errors.NotAuthenticated(
                f"the credential plugin of cluster {name} was still silent after {_TIME_TO_LOG_IN:.0f} s; log in "
                f"again, then see what `kubectl --context {name} get --raw /version` says"
            ) from error

    def _loaded(self, name: str) -> Configuration:
        configuration = Configuration()
        try:
            if name == IN_CLUSTER:
                incluster_config.load_incluster_config(client_configuration=configuration)
            else:
                self._load_context(name, configuration)
        except (ConfigException, OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            # Files that a user of the kubeconfig names, and identity providers that are asked for a token.
            raise errors.ClusterUnknown(
                f"the configuration of cluster {name!r} cannot be used: {redaction.text(str(error))}"
            ) from error
        if not configuration.host:
            raise errors.ClusterUnknown(f"the configuration of cluster {name!r} cannot be used: it names no server")
        return configuration

    def _load_context(self, name: str, configuration: Configuration) -> None:
        """Fill in what a context of the kubeconfig says; its credential plugin, if it has one, is run here."""
        with plugins.complaint() as complaint:
            kube_config.load_kube_config(
                self._kubeconfig, context=name, client_configuration=configuration, persist_config=False
            )
        if complaint.text and not (configuration.api_key or configuration.cert_file):
            mend = "install it, or correct its path" if "No such file" in complaint.text else "log in again"
            raise errors.NotAuthenticated(
                f"the credential plugin of cluster {name} gave no credentials: {complaint.text}; {mend}, then "
                f"see what `kubectl --context {name} get --raw /version` says"
            )


def _runs_in_cluster() -> bool:
    return Path(incluster_config.SERVICE_TOKEN_FILENAME).is_file()


def _parsed(answer: bytes, question: _Question) -> dict[str, Any]:
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise errors.AnswerUnusable(f"the answer for {question.asked} is not JSON; is this the API server?") from error
    if not isinstance(parsed, dict):
        raise errors.AnswerUnusable(f"the answer for {question.asked} is not an object of Kubernetes")
    return parsed


def _items(page: dict[str, Any], resource: Resource) -> list[dict[str, Any]]:
    """Return the objects of a page; `items: null` is an empty list, and what is not an object is left out."""
    items = page.get("items")
    if items is None and str(page.get("kind", "")).endswith("List"):
        return []
    if not isinstance(items, list):
        raise errors.AnswerUnusable(f"the answer for {resource} is not a list of Kubernetes")
    return [item for item in items if isinstance(item, dict)]


def _trim(item: dict[str, Any], resource: Resource) -> dict[str, Any]:
    """Return an object without what no judgement needs and what makes up half of its size.

    Who owns which field is kept for ConfigMaps alone, where it tells whether EKS manages the Corefile.
    """
    metadata = item.get("metadata")
    if isinstance(metadata, dict):
        if resource is not resources.CONFIG_MAPS:
            metadata.pop("managedFields", None)
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            annotations.pop(_LAST_APPLIED, None)
    return item


def _read(response: urllib3.BaseHTTPResponse, end: float) -> bytes:
    """Return the whole body, or raise when it drips in too slowly or is larger than any answer should be."""
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > BODY_BYTES:
            raise urllib3.exceptions.ResponseError(f"the answer is larger than {BODY_BYTES >> 20} MiB")
        if time.monotonic() > end:
            raise urllib3.exceptions.TimeoutError("the answer was still coming when the time was over")
    return bytes(body)


def _ahead(headers: Mapping[str, str]) -> timedelta:
    """Return how far the clock of the API server is ahead of ours, by the Date that it sends."""
    try:
        return email.utils.parsedate_to_datetime(headers["Date"]) - times.now()
    except (KeyError, TypeError, ValueError):
        return timedelta(0)


def _pause(code: int, headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds an overloaded server asks to be left alone, None when it does not say."""
    wait = headers.get("Retry-After", "")
    return float(wait) if code == 429 and wait.isdigit() else None


def _why(error: Exception, seconds: float) -> str:
    """Return what went wrong under a request in words that need no knowledge of the client."""
    match error:
        case urllib3.exceptions.NameResolutionError():
            return "its host name does not resolve; is the server of the kubeconfig the right one, is the VPN up?"
        case urllib3.exceptions.NewConnectionError():
            return "nothing accepts connections there; is that the right server and port, and does it run?"
        case urllib3.exceptions.TimeoutError() | TimeoutError():
            return f"it was still silent after {max(1, round(seconds))} s; is it up, and does a firewall stand between?"
        case urllib3.exceptions.ProxyError():
            return "the proxy does not let the connection through"
        case urllib3.exceptions.DecodeError():
            return "what came cannot be decompressed; does a proxy change it?"
        case urllib3.exceptions.ProtocolError() | ConnectionError():
            return "the connection was cut"
        case urllib3.exceptions.SSLError() | ApiException():
            return (
                f"no secure connection could be made ({getattr(error, 'reason', error)}); the server must speak TLS, "
                "with a certificate of the authority that the kubeconfig names"
            ).replace("\n", ": ")
        case _:
            return str(error)
