"""What the cluster itself runs, in states that no recording shows: DNS servers, control plane, nodes, namespaces."""

import pytest

from diagnostics.resources import (
    API_SERVICES,
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
)
from tests.diagnostics.states import NODE, State, conditions, container, of_pod, waits

SYSTEM = "kube-system"


@pytest.fixture
def state():
    return State()


def servers(state):
    """Return the pods of CoreDNS."""
    return [pod for pod in state.all(PODS) if pod["metadata"]["name"].startswith("coredns")]


def downed(state, status, log="", *, previous=True):
    """Let all DNS servers be as `status` says, with this log, and the DNS Service follow."""
    for pod in servers(state):
        pod["status"] = status
        state.log(pod, log, "coredns", previous=previous)
    for each in state.all(ENDPOINT_SLICES):
        if each["metadata"]["name"].startswith("kube-dns"):
            each["endpoints"] = [{**endpoint, "conditions": {"ready": False}} for endpoint in each["endpoints"]]
    state.get(DEPLOYMENTS, "coredns")["status"] |= {"readyReplicas": 0, "unavailableReplicas": 2}


def crashing(state, reason="Error", code=1):
    ended = state.ended(code, reason)
    return of_pod(waits("CrashLoopBackOff", "back-off", name="coredns", restarts=5, last=ended), phase="Running")


def said_of_servers(state):
    [group] = state.sweep().groups
    return str(group.cause), next(each for each in group.findings if each.code == "dns.servers-down")


def test_a_directive_that_the_dns_servers_do_not_know_sends_people_to_the_corefile(state):
    corefile = ".:53 {\n    kubernetes cluster.local\n    forwrd . /etc/resolv.conf\n}\n"
    state.get(CONFIG_MAPS, "coredns")["data"]["Corefile"] = corefile
    downed(state, crashing(state), "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'forwrd'")

    cause, said = said_of_servers(state)

    assert cause == "ConfigMap/kube-system/coredns"
    assert "Unknown directive 'forwrd'" in said.title
    assert "correct the Corefile" in said.next


def test_dns_servers_without_their_config_map_are_told_to_get_it_back(state):
    state.remove(CONFIG_MAPS, "coredns")
    unmade = {"phase": "Pending", "conditions": conditions(ready=False)}
    downed(state, {**unmade, "containerStatuses": [waits("ContainerCreating", name="coredns")]})
    for pod in servers(state):
        message = 'MountVolume.SetUp failed for volume "config-volume" : configmap "coredns" not found'
        state.event(pod, "Pod", "FailedMount", message)

    _, said = said_of_servers(state)

    assert str(said.cause) == "ConfigMap/kube-system/coredns"
    assert "create coredns again" in said.next


def test_dns_servers_that_are_killed_for_their_memory_are_not_told_to_mend_their_corefile(state):
    downed(
        state, crashing(state, "OOMKilled", 137), "[INFO] plugin/reload: Running configuration SHA512 = 59\nCoreDNS-1"
    )

    _, said = said_of_servers(state)

    assert said.title.endswith("OOMKilled")
    assert "raise the memory limit" in said.next


def test_what_dns_servers_say_that_run_and_are_not_ready_is_quoted(state):
    log = 'plugin/kubernetes: Failed to watch: endpointslices.discovery.k8s.io is forbidden: User "coredns" cannot list'
    downed(state, of_pod(state.runs("coredns", ready=False), phase="Running"), log, previous=False)

    _, said = said_of_servers(state)

    assert "endpointslices.discovery.k8s.io is forbidden" in said.title
    assert "clusterrolebinding system:coredns" in said.next


def test_a_resolver_that_does_not_answer_the_dns_servers_explains_who_resolves_no_name(state):
    failed = "[ERROR] plugin/errors: 2 r.example.com. A: read udp 10.95.253.9:43211->10.0.0.2:53: i/o timeout"
    for pod in servers(state):
        state.log(pod, "\n".join([failed] * 8), "coredns")
    ended = state.ended(1)
    status = of_pod(waits("CrashLoopBackOff", "back-off", restarts=6, last=ended), phase="Running")
    [pod] = state.deployment("api", pods=1, status=status)
    state.log(pod, "dial tcp: lookup r.example.com on 172.20.0.10:53: server misbehaving", previous=True)

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["dns.upstream", "pods.crash-loop"]


def static_pod(state, name, status=None):
    pod = state.pod(
        f"{name}-{NODE}",
        namespace=SYSTEM,
        labels={"component": name, "tier": "control-plane"},
        spec={"containers": [container(name)]},
        status=status,
        annotations={"kubernetes.io/config.mirror": "5c0d"},
    )
    pod["metadata"]["ownerReferences"] = [{"kind": "Node", "name": NODE, "controller": True}]
    return pod


def test_a_controller_manager_that_crashes_explains_what_no_controller_looks_at(state):
    for name in ("kube-apiserver", "kube-scheduler"):
        static_pod(state, name)
    crash = waits("CrashLoopBackOff", "back-off", name="kube-controller-manager", restarts=5, last=state.ended(1))
    static_pod(state, "kube-controller-manager", of_pod(crash, phase="Running"))
    state.deployment("api", pods=0, replicas=2)
    state.get(DEPLOYMENTS, "api")["status"] = {}
    state.remove(REPLICA_SETS, "api-7d9c5bd6f4")

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["control-plane.component-down", "rollout.not-observed"]


def test_restarts_of_a_component_are_told_by_the_check_that_knows_the_component(state):
    for name in ("kube-apiserver", "kube-scheduler", "kube-controller-manager"):
        static_pod(state, name)
    runs = state.runs("etcd", restarts=5, last=state.ended(1, minutes=5), minutes=4)
    static_pod(state, "etcd", {"phase": "Running", "conditions": conditions(), "containerStatuses": [runs]})

    assert [each.code for each in state.findings()] == ["control-plane.restarted"]


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("nf_conntrack: table full, dropping packet", "nf_conntrack_max"),
        ("Memory cgroup out of memory: Killed process 4711 (java)", "its own memory limit"),
        ("EXT4-fs error (device nvme1n1): ext4_find_entry", "replace the node"),
    ],
)
def test_the_kernels_own_words_are_known_whatever_reason_they_are_told_under(state, message, remedy):
    state.event(state.get(NODES, NODE), "Node", "KernelSays", message)

    [said] = state.findings()

    assert said.code == "node.warned"
    assert message in said.title
    assert remedy in said.next


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {
                "type": "NamespaceFinalizersRemaining",
                "message": "Some content in the namespace has finalizers remaining: example.com/cleanup in 1 resource "
                "instances",
            },
            "example.com/cleanup",
        ),
        (
            {
                "type": "NamespaceDeletionDiscoveryFailure",
                "message": "Discovery failed for some groups, 1 failing: metrics.k8s.io/v1beta1: stale GroupVersion",
            },
            "metrics.k8s.io/v1beta1",
        ),
    ],
)
def test_a_namespace_that_does_not_go_is_said_after_a_few_minutes(state, condition, words):
    state.add(
        NAMESPACES,
        {
            "metadata": {"name": "old-team", "deletionTimestamp": state.ago(minutes=3)},
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Terminating", "conditions": [{"status": "True", **condition}]},
        },
    )

    [said] = state.findings()

    assert said.code == "namespaces.stuck-terminating"
    assert words in said.title


def test_an_api_that_does_not_answer_explains_the_namespace_that_does_not_go(state):
    gone = {"type": "Available", "status": "False", "reason": "ServiceNotFound", "message": "service is not present"}
    served = {
        "group": "custom.metrics.k8s.io",
        "version": "v1beta1",
        "service": {"name": "adapter", "namespace": "mon"},
    }
    name = {"name": "v1beta1.custom.metrics.k8s.io"}
    state.add(API_SERVICES, {"metadata": name, "spec": served, "status": {"conditions": [gone]}})
    message = "Discovery failed for some groups, 1 failing: custom.metrics.k8s.io/v1beta1: stale GroupVersion discovery"
    failed = {"type": "NamespaceDeletionDiscoveryFailure", "status": "True", "message": message}
    going = {"name": "old-team", "deletionTimestamp": state.ago(minutes=6)}
    state.add(NAMESPACES, {"metadata": going, "status": {"phase": "Terminating", "conditions": [failed]}})

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["metrics-api.unavailable", "namespaces.stuck-terminating"]
    assert "kubectl get apiservices v1beta1.custom.metrics.k8s.io" in group.findings[1].next


def set_apart(state, **taint):
    """Taint a node that a pod of somebody tolerates, and return what is said."""
    state.get(NODES, NODE)["spec"]["taints"] = [{"effect": "NoSchedule", **taint}]
    state.pod("batch", spec={"tolerations": [{"operator": "Exists"}]})
    return [f"{each.code} {each.object.name}" for each in state.findings()]


def test_a_node_that_a_log_agent_leaves_out_is_a_note(state):
    assert set_apart(state, key="dedicated", value="batch") == ["logging.nodes-left-out fluentd"]


def test_a_node_of_another_system_is_left_out_rightly(state):
    state.get(NODES, NODE)["metadata"]["labels"]["kubernetes.io/os"] = "windows"

    assert set_apart(state, key="os", value="windows") == []


@pytest.mark.parametrize("key", ["node-role.kubernetes.io/control-plane", "karpenter.sh/disrupted"])
def test_a_node_that_a_log_agent_rightly_leaves_out_is_none(state, key):
    assert set_apart(state, key=key) == []


def test_a_log_agent_that_chooses_its_nodes_leaves_none_out(state):
    template = state.get(DAEMON_SETS, "fluentd")["spec"]["template"]
    template["spec"]["nodeSelector"] = {"logs": "yes"}

    assert set_apart(state, key="dedicated", value="batch") == []


def test_a_plugin_that_crashes_on_nodes_that_join_explains_what_they_do_not_take():
    state = State("coredns-pending-no-cni")
    template = {"spec": {"containers": [container("kindnet-cni")]}}
    plugin = state.add(
        DAEMON_SETS,
        {
            "metadata": {"name": "kindnet", "namespace": SYSTEM},
            "spec": {"template": template},
            "status": {"desiredNumberScheduled": 2, "numberReady": 0},
        },
    )
    crash = waits("CrashLoopBackOff", "back-off", name="kindnet-cni", restarts=3, last=state.ended(1))
    for node in state.all(NODES):
        host = node["metadata"]["name"]
        status = of_pod(crash, phase="Running")
        owner = ("DaemonSet", plugin)
        state.pod(f"kindnet-{host}", owner=owner, namespace=SYSTEM, node=host, spec=template["spec"], status=status)

    assert [group.cause.name for group in state.sweep().groups] == ["kindnet"]
