"""Reading a cluster: what comes back, and one clear sentence when nothing does."""

import json
import time
from datetime import datetime, timedelta

import pytest
from kubernetes.config import incluster_config

from diagnostics import errors, resources
from diagnostics.budget import Budget
from diagnostics.cluster import Clusters
from diagnostics.objects import Object
from diagnostics.resources import PAGE
from diagnostics.selection import Selection
from tests.diagnostics.api_server import ApiServer, Fault, recording
from tests.loopback import CERTIFICATE

EVERYWHERE = Selection()


def pods_named(count):
    return [{"metadata": {"name": f"pod-{number}", "namespace": "many"}} for number in range(count)]


@pytest.fixture
def crowded_server():
    content = recording("healthy")
    content["lists"]["/api/v1/pods"]["items"] = pods_named(2 * PAGE + 1)
    with ApiServer(content) as server:
        yield server


def names_of(objects):
    return [thing["metadata"]["name"] for thing in objects]


def test_a_list_is_read_in_pages_of_500(crowded_server, connect, budget):
    pods = connect(crowded_server).read(resources.PODS, EVERYWHERE, budget)

    assert names_of(pods) == names_of(pods_named(2 * PAGE + 1))
    assert [request.query["limit"] for request in crowded_server.received] == ["500"] * 3


def test_a_list_that_comes_compressed_is_the_same(crowded_server, connect, budget):
    cluster = connect(crowded_server)
    plain = cluster.read(resources.PODS, EVERYWHERE, budget)

    crowded_server.compresses = True

    assert cluster.read(resources.PODS, EVERYWHERE, budget) == plain


def test_what_pods_have_alike_is_kept_once(crowded_server, connect, budget):
    tolerations = [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300}]
    for pod in crowded_server.content["lists"]["/api/v1/pods"]["items"]:
        pod["spec"] = {"nodeName": pod["metadata"]["name"], "tolerations": tolerations}

    pods = connect(crowded_server).read(resources.PODS, EVERYWHERE, budget)

    assert [pod["spec"]["nodeName"] for pod in pods] == names_of(pods_named(2 * PAGE + 1))
    assert all(pod["spec"]["tolerations"] == tolerations for pod in pods)
    assert len({id(pod["spec"]["tolerations"]) for pod in pods}) == 3


def test_the_metrics_api_is_not_asked_for_pages_that_it_does_not_have(healthy_server, connect, budget):
    connect(healthy_server).read(resources.POD_METRICS, EVERYWHERE, budget)

    assert [request.query for request in healthy_server.received] == [{}]


def test_a_crowded_namespace_is_one_question_however_many_pages_it_has(crowded_server, connect):
    one_question = Budget(10, requests=1)

    assert len(connect(crowded_server).read(resources.PODS, EVERYWHERE, one_question)) == 2 * PAGE + 1
    assert one_question.spent == 3


def test_a_list_whose_next_page_expired_is_read_again_from_the_start(crowded_server, connect, budget):
    crowded_server.expire_after_pages = 1

    pods = connect(crowded_server).read(resources.PODS, EVERYWHERE, budget)

    assert names_of(pods) == names_of(pods_named(2 * PAGE + 1))
    assert len(crowded_server.received) == 5


def test_a_list_that_expires_again_and_again_is_given_up_with_a_sentence(crowded_server, connect, budget):
    crowded_server.expire_after_pages = 100

    with pytest.raises(errors.PageExpired, match="the list of pods expired"):
        connect(crowded_server).read(resources.PODS, EVERYWHERE, budget)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param(Selection("kube-system", labels="k8s-app=kube-dns"), {"coredns"}, id="by label"),
        pytest.param(Selection("kube-system", fields="metadata.name=kube-dns"), {"kube-dns"}, id="by field"),
    ],
)
def test_selectors_reach_the_server(healthy_cluster, budget, selection, expected):
    resource = resources.PODS if selection.labels else resources.SERVICES

    found = names_of(healthy_cluster.read(resource, selection, budget))

    assert found
    assert {name.split("-")[0] if selection.labels else name for name in found} == expected


@pytest.mark.parametrize(
    "items", [None, [None, 7, {"metadata": None}, {"metadata": {"name": "whole"}}]], ids=["null", "odd elements"]
)
def test_odd_objects_never_hide_the_others(connect, budget, items):
    content = recording("healthy")
    content["lists"]["/api/v1/nodes"] = {"kind": "NodeList", "apiVersion": "v1", "items": items}
    with ApiServer(content) as server:
        found = connect(server).read(resources.NODES, EVERYWHERE, budget)

    assert [Object(raw, resources.NODES).name for raw in found] == (["", "whole"] if items else [])


def test_what_nobody_judges_is_dropped_as_it_is_read(healthy_cluster, budget):
    for pod in healthy_cluster.read(resources.PODS, EVERYWHERE, budget):
        assert "managedFields" not in pod["metadata"]


def test_the_owner_of_each_field_of_a_config_map_is_kept(connect, budget):
    with ApiServer(recording("coredns-eks-managed-configmap")) as server:
        found = connect(server).read(
            resources.CONFIG_MAPS, Selection("kube-system", fields="metadata.name=coredns"), budget
        )

    assert "eks" in {field["manager"] for field in found[0]["metadata"]["managedFields"]}


def test_a_log_line_of_json_comes_back_as_it_was_written(connect, budget):
    content = recording("healthy")
    line = json.dumps({"level": "error", "msg": "it's down", "n": None})
    content["logs"] = {"appr-api/web-1/app": f"first\n{line}\n"}
    with ApiServer(content) as server:
        log = connect(server).logs("appr-api", "web-1", "app", budget, previous=False, tail=1)

    assert log.decode() == f"{line}\n"


@pytest.mark.parametrize("name", ["", "..", "a/b", "Web", "a b", "a?x=y", "%2e"])
def test_a_name_that_kubernetes_could_not_have_given_is_never_asked_for(healthy_server, connect, budget, name):
    cluster = connect(healthy_server)

    with pytest.raises(errors.NameInvalid, match="is not a pod"):
        cluster.logs("appr-api", name, "app", budget, previous=False, tail=1)

    assert healthy_server.received == []


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        pytest.param(Fault.RESET, errors.Unreachable, "the connection was cut", id="reset"),
        pytest.param(Fault.ERROR, errors.AnswerUnusable, "failed to read pods (500): etcdserver", id="500"),
        pytest.param(Fault.GARBAGE, errors.AnswerUnusable, "the answer for pods is not JSON", id="garbage"),
        pytest.param(
            Fault.FORBIDDEN,
            errors.Forbidden,
            "RBAC does not grant list on pods (API group core) in the whole cluster",
            id="403",
        ),
    ],
)
def test_a_server_that_fails_is_one_sentence(healthy_server, connect, budget, fault, error, sentence):
    healthy_server.fail("/pods", fault)

    with pytest.raises(error) as caught:
        connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)

    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP], ids=["silent", "dripping"])
def test_no_answer_is_waited_for_longer_than_half_the_budget(healthy_server, connect, fault):
    healthy_server.fail("/pods", fault)
    cluster = connect(healthy_server)
    began = time.monotonic()

    with pytest.raises(errors.Unreachable, match="gave no answer for pods: it was still silent"):
        cluster.read(resources.PODS, EVERYWHERE, Budget(1.0, requests=5))

    assert time.monotonic() - began < 5


def test_an_api_that_the_cluster_lacks_is_not_served(healthy_cluster, budget):
    with pytest.raises(errors.NotServed, match=r"does not serve certificates\.cert-manager\.io"):
        healthy_cluster.read(resources.CERTIFICATES, EVERYWHERE, budget)


def test_a_server_that_is_busy_for_a_moment_is_asked_once_more(healthy_server, connect, budget):
    healthy_server.busy_answers = 1

    assert connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)


def test_a_server_that_stays_busy_is_left_alone(healthy_server, connect, budget):
    healthy_server.busy_answers = 10

    with pytest.raises(errors.Overloaded, match="overloaded"):
        connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)

    assert len(healthy_server.received) == 2


def test_wrong_credentials_are_said_to_be_wrong(healthy_server, connect, budget):
    healthy_server.token = "another"

    with pytest.raises(errors.NotAuthenticated, match="does not accept the credentials"):
        connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)


def test_nobody_listening_is_said_in_words(tmp_path, budget):
    with ApiServer(recording("healthy")) as server:
        kubeconfig = server.kubeconfig(tmp_path)
    cluster = Clusters(str(kubeconfig)).named()

    with pytest.raises(errors.Unreachable, match="nothing accepts connections there"):
        cluster.read(resources.PODS, EVERYWHERE, budget)


def test_ages_are_reckoned_by_the_clock_of_the_api_server(healthy_cluster, healthy_server, budget):
    healthy_cluster.read(resources.PODS, EVERYWHERE, budget)

    difference = healthy_cluster.now() - datetime.fromisoformat(healthy_server.content["recorded_at"])

    assert abs(difference) < timedelta(minutes=1)


def test_a_credential_plugin_is_run_again_when_its_token_expires(healthy_server, connect, budget, tmp_path):
    runs = tmp_path / "runs"
    plugin = tmp_path / "get-token"
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}
    status = {"token": "recorded-token", "expirationTimestamp": "2020-01-01T00:00:00Z"}
    plugin.write_text(
        f"#!/bin/sh\necho run >> {runs}\ncat <<'END'\n{json.dumps({**credential, 'status': status})}\nEND\n"
    )
    plugin.chmod(0o755)
    healthy_server.token = "recorded-token"
    cluster = connect(healthy_server, user=plugin_user(plugin))

    cluster.read(resources.NODES, EVERYWHERE, budget)
    first = len(runs.read_text().splitlines())
    cluster.read(resources.NODES, EVERYWHERE, budget)

    assert len(runs.read_text().splitlines()) > first


def plugin_user(command):
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": version, "command": str(command), "interactiveMode": "Never"}}


def test_a_credential_plugin_that_fails_is_the_reason_and_not_what_comes_of_it(healthy_server, connect, tmp_path):
    plugin = tmp_path / "get-token"
    plugin.write_text("#!/bin/sh\necho 'The SSO session has expired' >&2\nexit 255\n")
    plugin.chmod(0o755)

    with pytest.raises(
        errors.NotAuthenticated, match=r"plugin .* process returned 255. The SSO session has expired; log"
    ):
        connect(healthy_server, user=plugin_user(plugin))
    assert healthy_server.received == []


def test_a_credential_plugin_that_is_not_installed_is_named(healthy_server, connect):
    with pytest.raises(errors.NotAuthenticated, match=r"No such file or directory: 'no-such-plugin'; install it"):
        connect(healthy_server, user=plugin_user("no-such-plugin"))


@pytest.fixture
def pod_of_the_cluster(monkeypatch, tmp_path):
    """This process as a pod sees itself: an address in the environment, and a token that is looked at every time."""

    class Impatient(incluster_config.InClusterConfigLoader):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self._token_refresh_period = timedelta(0)

    token = tmp_path / "token"
    monkeypatch.setattr(incluster_config, "InClusterConfigLoader", Impatient)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(CERTIFICATE))
    with ApiServer(recording("healthy"), tls=True) as server:
        environment = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(server.port)}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield server, token


def test_a_pod_reads_its_own_cluster_with_the_token_that_is_valid_now(pod_of_the_cluster, budget, tmp_path):
    server, token = pod_of_the_cluster
    server.token = "first"
    token.write_text("first")
    clusters = Clusters(str(tmp_path / "no-kubeconfig"))
    assert clusters.names() == ("in-cluster",)
    assert clusters.named().read(resources.NODES, EVERYWHERE, budget)

    server.token = "second"
    token.write_text("second")

    assert clusters.named().read(resources.NODES, EVERYWHERE, budget)
    clusters.close()


def test_a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to(connect, budget):
    with (
        ApiServer(recording("healthy"), tls=True) as server,
        pytest.raises(errors.Unreachable, match="no secure connection could be made"),
    ):
        connect(server).read(resources.PODS, EVERYWHERE, budget)

    assert server.received == []


def test_a_context_is_connected_once(healthy_server, tmp_path):
    clusters = Clusters(str(healthy_server.kubeconfig(tmp_path, context="staging")))

    assert clusters.names() == ("staging",)
    assert clusters.named("staging") is clusters.named()


def test_a_context_that_does_not_exist_is_answered_with_those_that_do(healthy_server, tmp_path):
    clusters = Clusters(str(healthy_server.kubeconfig(tmp_path, context="staging")))

    with pytest.raises(errors.ClusterUnknown, match="there is no cluster 'prod'; there are: staging"):
        clusters.named("prod")


def test_no_configuration_at_all_is_said(tmp_path):
    with pytest.raises(errors.ClusterUnknown, match="no cluster is configured"):
        Clusters(str(tmp_path / "absent")).named()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current-context": "gone"}, "with name gone"),
        ({"current-context": None}, "current-context"),
        ({"clusters": []}, "with name here"),
        ({"clusters": [{"name": "here", "cluster": {}}]}, "it names no server"),
        ({"users": [{"name": "reader", "user": {"tokenFile": "/absent/token"}}]}, "/absent/token"),
    ],
)
def test_what_is_wrong_with_a_kubeconfig_is_said(healthy_server, tmp_path, change, sentence):
    path = healthy_server.kubeconfig(tmp_path)
    config = {**json.loads(path.read_text()), **change}
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))

    with pytest.raises(errors.ClusterUnknown, match=sentence):
        Clusters(str(path)).named()


@pytest.mark.parametrize("token", ["two\nlines", "비밀"])
def test_a_token_that_no_header_can_hold_is_said_and_not_shown(healthy_server, connect, budget, token):
    with pytest.raises(errors.NotAuthenticated, match="cannot be sent") as caught:
        connect(healthy_server, user={"token": token}).read(resources.PODS, EVERYWHERE, budget)

    assert caught.value.__suppress_context__
    assert token[:3] not in str(caught.value)


def test_who_asks_without_credentials_is_told_so_and_not_that_rbac_refuses(healthy_server, connect, budget):
    healthy_server.fail("/pods", Fault.FORBIDDEN)
    user = {"client-certificate": "/absent/reader.crt", "client-key": "/absent/reader.key"}

    with pytest.raises(errors.NotAuthenticated, match=r"asked without credentials for pods \(403\)"):
        connect(healthy_server, user=user).read(resources.PODS, EVERYWHERE, budget)


def test_a_page_that_comes_again_and_again_is_no_list(healthy_server, connect, budget):
    healthy_server.fail("/pods", Fault.CIRCLING)
    healthy_server.fault_of_next_pages = Fault.CIRCLING

    with pytest.raises(errors.AnswerUnusable, match="the same page is given for pods again"):
        connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)


def test_an_answer_nested_without_end_is_no_answer(healthy_server, connect, budget):
    healthy_server.fail("/pods", Fault.NESTED)

    with pytest.raises(errors.AnswerUnusable, match="is not JSON"):
        connect(healthy_server).read(resources.PODS, EVERYWHERE, budget)
