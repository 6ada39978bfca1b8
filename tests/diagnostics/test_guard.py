"""The second wall: whatever is called on the client, nothing but reading leaves the process."""

import contextlib
import importlib
import inspect
import pkgutil
import re

import kubernetes.client.api
import pytest
from kubernetes.client.configuration import Configuration

from diagnostics import access, resources
from diagnostics.cluster import Cluster
from diagnostics.errors import RequestRefused
from tests.loopback import Handler, LoopbackServer

# Written from the issue, not from the product's own table.
HARMLESS_GET = re.compile(
    r"/(readyz|livez|version|apis|\.well-known/openid-configuration)"
    r"|/api/v1(/namespaces/[^/]+)?/(pods|services|events|serviceaccounts|configmaps|persistentvolumeclaims|resourcequotas"
    r"|limitranges|replicationcontrollers)(/[^/]+)?"
    r"|/api/v1/(nodes|namespaces|persistentvolumes)(/[^/]+)?"
    r"|/api/v1/namespaces/[^/]+/pods/[^/]+/log"
    r"|/apis/[a-z0-9.]+/v[0-9a-z]+(/namespaces/[^/]+)?/[a-z]+(/[^/]+)?"
)
HARMLESS_POST = re.compile(r"/apis/(authorization|authentication)\.k8s\.io/v1/selfsubject(access|rules)?reviews")


class Everything(Handler):
    """Accepts whatever arrives and remembers it."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.received.append((self.command, self.path, dict(self.headers)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")


@pytest.fixture
def recorder():
    with LoopbackServer(Everything) as server:
        server.received = []
        yield server


@pytest.fixture
def cluster(recorder):
    configuration = Configuration(host=f"http://127.0.0.1:{recorder.port}")
    configuration.client_side_validation = False
    cluster = Cluster("recorder", configuration)
    yield cluster
    cluster.close()


def api_classes():
    for module in pkgutil.iter_modules(kubernetes.client.api.__path__):
        found = importlib.import_module(f"kubernetes.client.api.{module.name}")
        yield from (
            member
            for name, member in vars(found).items()
            if name.endswith("Api") and member.__module__ == found.__name__
        )


def generated_methods(api_class):
    """Return what the class sends requests with, without pydantic around it, which takes longer than all the calls."""
    for name, method in inspect.getmembers(api_class, inspect.isfunction):
        if not name.startswith("_") and "_with_" not in name and "_without_" not in name:
            yield inspect.unwrap(method)


def arguments_for(method):
    """Return something for every parameter that must be given: a name, a number or a body."""
    for parameter in inspect.signature(method).parameters.values():
        if (
            parameter.name != "self"
            and parameter.default is inspect.Parameter.empty
            and parameter.kind
            in (
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                inspect.Parameter.KEYWORD_ONLY,
            )
        ):
            yield parameter.name, {} if parameter.name == "body" else "x"


@pytest.mark.timeout(110)
def test_no_generated_method_of_any_api_class_sends_anything_but_reading(recorder, cluster):
    called = refused = 0
    for api_class in api_classes():
        api = api_class(cluster.client)
        for method in generated_methods(api_class):
            called += 1
            try:
                method(api, **dict(arguments_for(method)))
            except RequestRefused:
                refused += 1
            except Exception:
                continue

    assert called > 900
    assert refused > 600
    assert recorder.received
    for verb, path, headers in recorder.received:
        harmless = HARMLESS_GET if verb == "GET" else HARMLESS_POST if verb == "POST" else None
        assert harmless, f"{verb} {path} left the process"
        assert harmless.fullmatch(path.partition("?")[0]), f"{verb} {path} left the process"
        assert "secrets" not in path
        assert not {"upgrade", "impersonate-user"} & {name.lower() for name in headers}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "HEAD", "OPTIONS"])
def test_the_raw_client_cannot_be_talked_into_another_method(recorder, cluster, method):
    with contextlib.suppress(RequestRefused):
        cluster.client.rest_client.pool_manager.request(
            method, cluster.client.configuration.host + "/api/v1/namespaces/default/pods/x"
        )

    assert recorder.received == []


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/namespaces/default/pods/x/exec?command=sh",
        "/api/v1/namespaces/default/pods/x/attach",
        "/api/v1/namespaces/default/pods/x/portforward",
        "/api/v1/namespaces/default/pods/x/proxy/",
        "/api/v1/namespaces/default/services/x/proxy",
        "/api/v1/nodes/x/proxy/run/default/x",
        "/api/v1/secrets",
        "/api/v1/namespaces/default/secrets/x",
        "/api/v1/namespaces/default/pods/../secrets/x",
        "/api/v1/namespaces/default/pods/x%2f..%2f..%2fsecrets",
        "/api/v1/pods?watch=true",
        "/api/v1/watch/pods",
        "/api/v1/namespaces/default/pods/x/log?follow=true",
        "/api/v1/namespaces/default/serviceaccounts/x/token",
        "/metrics",
        "/logs/",
        "/debug/pprof/heap",
    ],
)
def test_a_get_that_does_more_than_read_is_refused(target):
    with pytest.raises(RequestRefused, match="diagnostics only read"):
        access.verify("GET", target, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"Upgrade": "websocket"},
        {"Connection": "Upgrade"},
        {"Sec-WebSocket-Key": "x"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Impersonate-User": "admin"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_that_change_what_a_request_means_are_refused(headers):
    with pytest.raises(RequestRefused):
        access.verify("GET", "/api/v1/pods", headers)


def test_what_is_sent_through_a_proxy_may_name_the_server_that_it_is_for_and_no_other():
    target = "http://api.example.com:8080/api/v1/pods"

    access.verify("GET", target, {"Host": "api.example.com:8080"})

    with pytest.raises(RequestRefused, match="the header Host"):
        access.verify("GET", target, {"Host": "other.example.com"})


def test_a_server_behind_a_gateway_is_read_under_its_own_path():
    access.verify(
        "GET", "https://gateway.example.com/k8s/clusters/c-1/api/v1/pods?limit=500", {}, base_path="/k8s/clusters/c-1"
    )

    with pytest.raises(RequestRefused):
        access.verify("GET", "https://gateway.example.com/v3/tokens", {}, base_path="/k8s/clusters/c-1")


@pytest.mark.parametrize("resource", resources.READABLE, ids=str)
def test_every_readable_resource_may_be_listed_and_got(resource):
    access.verify("GET", f"{resource.path()}?limit=500", {"Accept": "application/json"})
    access.verify("GET", resource.path("default", "some-name"), {})


def test_a_redirect_is_not_followed(recorder, cluster):
    class Redirecting(Everything):
        def answer(self):
            self.server.received.append((self.command, self.path, {}))
            self.send_response(302)
            self.send_header("Location", "/api/v1/secrets")
            self.send_header("Content-Length", "0")
            self.end_headers()

    recorder.RequestHandlerClass = Redirecting

    answer = cluster.client.rest_client.pool_manager.request(
        "GET", cluster.client.configuration.host + "/api/v1/pods", preload_content=False
    )
    answer.release_conn()

    assert [path for _, path, _ in recorder.received] == ["/api/v1/pods"]
