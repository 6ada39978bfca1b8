"""What k8sgpt, popeye and detek flag, analyzer by analyzer and code by code, and why some of it is left to them.

Which of our codes covers a row is said by the code itself, in its `peers`. Read in k8sgpt of August 2026, popeye of
April 2025 and detek of June 2023.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """One thing that another tool flags: `k8sgpt Pod`, `popeye 203`; and what of it is left unsaid here, and why."""

    id: str
    flags: str
    left: str = ""


_STYLE = "a matter of style: nothing fails by it"
_HARDENING = "hardening, not failure: a policy engine says it before anything is deployed"
_SIZING = "sizing takes weeks of usage; one look at the metrics API misleads"
_UNUSED = "what nobody uses breaks nothing, and a sidecar or an operator may use it"
_INTENDED = "usually meant so"
_FOREIGN = "the state of an add-on's own resources, which its own tools tell; not read here"
_NOT_A_FINDING = "says nothing about an object"
_DEAD = "documented, never emitted"

K8SGPT = (
    Peer(
        "k8sgpt Pod",
        "unschedulable, gated, evicted, waiting with an error, failed sandbox or mount, exit code, not ready",
    ),
    Peer("k8sgpt Deployment", "fewer ready replicas than wanted, Progressing=False"),
    Peer("k8sgpt ReplicaSet", "no replica, and FailedCreate says why"),
    Peer("k8sgpt StatefulSet", "headless Service or StorageClass missing, fewer replicas than wanted"),
    Peer(
        "k8sgpt DaemonSet",
        "fewer ready pods than wanted, pull secret missing",
        "Secrets are never read: the kubelet's failed pull names the one that is missing",
    ),
    Peer("k8sgpt Job", "failed, backoff limit reached, suspended"),
    Peer(
        "k8sgpt CronJob",
        "suspended, bad schedule, negative deadline",
        "the API server refuses a bad schedule and a negative deadline",
    ),
    Peer("k8sgpt Service", "no endpoints, endpoints not ready, warning events"),
    Peer(
        "k8sgpt Ingress",
        "class, backend Service or TLS Secret missing",
        "Secrets are never read: a controller's event names the one that is missing",
    ),
    Peer("k8sgpt PVC", "pending, and ProvisioningFailed says why"),
    Peer(
        "k8sgpt Node",
        "not ready, and any other condition",
        "conditions that nobody knows are shown, not judged: those of EKS node monitoring are healthy when True",
    ),
    Peer("k8sgpt ValidatingWebhook", "Service missing, without pods, or its pod not running"),
    Peer("k8sgpt MutatingWebhook", "Service missing, without pods, or its pod not running"),
    Peer("k8sgpt ConfigMap", "unused, empty, larger than 1 MB", _UNUSED),
    Peer("k8sgpt HPA", "condition False, limited, target missing, containers without requests"),
    Peer("k8sgpt PDB", "DisruptionAllowed is False"),
    Peer("k8sgpt NetworkPolicy", "chooses every pod, or none", "a policy that chooses no pod does nothing"),
    Peer(
        "k8sgpt Log",
        "error, exception or fail in the last hundred lines",
        "only the lines of a container that fails: healthy programs log errors",
    ),
    Peer("k8sgpt Storage", "no provisioner, several default classes, volume released or failed, claim pending or lost"),
    Peer("k8sgpt Security", "default ServiceAccount, wildcard role, privileged, no securityContext", _HARDENING),
    Peer("k8sgpt GatewayClass", "not accepted", _FOREIGN),
    Peer("k8sgpt Gateway", "class missing, conditions not True", _FOREIGN),
    Peer("k8sgpt HTTPRoute", "gateway, backend or port missing, namespace not allowed", _FOREIGN),
    Peer("k8sgpt OLM", "catalogs, subscriptions, install plans and CSVs that are not well", _FOREIGN),
    Peer("k8sgpt EKS", "health issues by DescribeCluster", "asks AWS, which this bot has no credentials for"),
    Peer("k8sgpt KEDA", "ScaledObject", _FOREIGN),
    Peer("k8sgpt Kyverno", "policy reports", _FOREIGN),
    Peer("k8sgpt Prometheus", "its configuration", _FOREIGN),
)

POPEYE = (
    Peer("popeye 100", "image without a tag", _STYLE),
    Peer("popeye 101", "image tagged latest", _STYLE),
    Peer("popeye 102", "no probes", _STYLE),
    Peer("popeye 103", "no liveness probe", "many programs are better off without one"),
    Peer("popeye 104", "no readiness probe", _STYLE),
    Peer("popeye 105", "probe names a port by number", _STYLE),
    Peer("popeye 106", "no requests and no limits"),
    Peer("popeye 107", "no limits"),
    Peer("popeye 108", "port without a name", _STYLE),
    Peer("popeye 109", "CPU near the request", _SIZING),
    Peer("popeye 110", "memory near the request", _SIZING),
    Peer("popeye 111", "CPU near the limit", _SIZING),
    Peer("popeye 112", "memory near the limit", _SIZING),
    Peer("popeye 113", "registry that is not allowed", _HARDENING),
    Peer("popeye 200", "pod is terminating"),
    Peer("popeye 201", "pod is terminating, with its state"),
    Peer("popeye 202", "pod is waiting"),
    Peer("popeye 203", "pod is waiting, with the reason"),
    Peer("popeye 204", "container not ready"),
    Peer("popeye 205", "container was restarted"),
    Peer("popeye 206", "pod without disruption budget", _STYLE),
    Peer("popeye 207", "pod in an unhappy phase"),
    Peer("popeye 208", "pod that no controller manages", _STYLE),
    Peer("popeye 209", "pod under several disruption budgets"),
    Peer("popeye 300", "default ServiceAccount", _HARDENING),
    Peer("popeye 301", "ServiceAccount token mounted", _HARDENING),
    Peer("popeye 302", "pod may run as root", _HARDENING),
    Peer("popeye 303", "ServiceAccount mounts its token by itself", _HARDENING),
    Peer("popeye 304", "Secret missing"),
    Peer("popeye 305", "pull Secret missing"),
    Peer("popeye 306", "container may run as root", _HARDENING),
    Peer("popeye 307", "ServiceAccount missing"),
    Peer("popeye 308", "role bound to the default ServiceAccount", _HARDENING),
    Peer("popeye 400", "resource that nothing uses", _UNUSED),
    Peer("popeye 401", "key that nothing uses", _UNUSED),
    Peer("popeye 402", "no metrics server"),
    Peer("popeye 403", "deprecated API version", "the API server serves every object in versions that it has"),
    Peer("popeye 404", "deprecation could not be checked", _NOT_A_FINDING),
    Peer("popeye 405", "old cluster version", "age is not failure; skew between its parts is said"),
    Peer("popeye 406", "cluster version is fine", _NOT_A_FINDING),
    Peer("popeye 407", "Gateway or HTTPRoute refers to what is missing", _FOREIGN),
    Peer("popeye 500", "scaled to nought", _INTENDED),
    Peer("popeye 501", "fewer replicas available than wanted"),
    Peer("popeye 503", "CPU request too low for the usage", _SIZING),
    Peer("popeye 504", "CPU request too high for the usage", _SIZING),
    Peer("popeye 505", "memory request too low for the usage", _SIZING),
    Peer("popeye 506", "memory request too high for the usage", _SIZING),
    Peer("popeye 507", "ServiceAccount of a workload missing"),
    Peer(
        "popeye 508",
        "selector of a workload chooses no pod",
        "the API server refuses a selector that its own pods do not meet; a workload without pods is said",
    ),
    Peer("popeye 600", "HPA's Deployment missing"),
    Peer("popeye 601", "HPA's StatefulSet missing", _DEAD),
    Peer("popeye 602", "HPA at its maximum would exceed the cluster's CPU", _SIZING),
    Peer("popeye 603", "HPA at its maximum would exceed the cluster's memory", _SIZING),
    Peer("popeye 604", "all HPAs together would exceed the cluster's CPU", _SIZING),
    Peer("popeye 605", "all HPAs together would exceed the cluster's memory", _SIZING),
    Peer("popeye 700", "taint that nobody tolerates"),
    Peer("popeye 701", "condition Unknown"),
    Peer("popeye 702", "node not ready"),
    Peer("popeye 703", "out of disk (documented, never emitted)"),
    Peer("popeye 704", "memory pressure"),
    Peer("popeye 705", "disk pressure"),
    Peer("popeye 706", "PID pressure"),
    Peer("popeye 707", "no network"),
    Peer("popeye 708", "no metrics of a node"),
    Peer("popeye 709", "node's CPU over a threshold"),
    Peer("popeye 710", "node's memory over a threshold"),
    Peer("popeye 711", "node is cordoned"),
    Peer("popeye 712", "one master only", _DEAD),
    Peer("popeye 800", "namespace is not active"),
    Peer("popeye 900", "disruption budget without pods"),
    Peer("popeye 901", "minAvailable exceeds the pods", _DEAD),
    Peer("popeye 1000", "volume that no claim uses", _UNUSED),
    Peer("popeye 1001", "volume is pending"),
    Peer("popeye 1002", "volume is lost"),
    Peer("popeye 1003", "claim is pending"),
    Peer("popeye 1004", "claim is lost"),
    Peer("popeye 1100", "selector chooses no pod"),
    Peer("popeye 1101", "pods declare no ports", "declaring a port changes nothing"),
    Peer("popeye 1102", "target port by number", _STYLE),
    Peer("popeye 1103", "a load balancer costs money", _STYLE),
    Peer("popeye 1104", "node port in use", _STYLE),
    Peer("popeye 1105", "no endpoints"),
    Peer("popeye 1106", "target port that no container has"),
    Peer("popeye 1107", "load balancer with the traffic policy Cluster", _STYLE),
    Peer("popeye 1108", "node port with the traffic policy Local", _STYLE),
    Peer("popeye 1109", "one pod only behind a Service", _STYLE),
    Peer("popeye 1110", "endpoints without addresses"),
    Peer("popeye 1120", "fewer replicas ready than wanted"),
    Peer("popeye 1200", "policy chooses no pod", "a policy that chooses no pod does nothing"),
    Peer("popeye 1201", "policy chooses no namespace", "rules are written before what they let in"),
    Peer("popeye 1202", "peer of a policy chooses no pod", "rules are written before what they let in"),
    Peer("popeye 1203", "a policy denies or allows everything"),
    Peer("popeye 1204", "pod that no ingress policy covers", _HARDENING),
    Peer("popeye 1205", "pod that no egress policy covers", _HARDENING),
    Peer("popeye 1206", "address block that holds no pod", "address blocks are for what is outside of the cluster"),
    Peer(
        "popeye 1207",
        "excepted address block that holds no pod",
        "address blocks are for what is outside of the cluster",
    ),
    Peer(
        "popeye 1208", "peer of a policy chooses no pod in its namespace", "rules are written before what they let in"
    ),
    Peer("popeye 1300", "role binding refers to what is missing", _HARDENING),
    Peer("popeye 1400", "error on a port of the load balancer"),
    Peer("popeye 1401", "Service of an Ingress missing"),
    Peer("popeye 1402", "port of the Service of an Ingress missing"),
    Peer("popeye 1403", "Ingress names a port by number", _STYLE),
    Peer("popeye 1404", "backend that is not a Service"),
    Peer("popeye 1500", "suspended"),
    Peer("popeye 1501", "no active Job", _INTENDED),
    Peer("popeye 1502", "never ran, or failing"),
    Peer("popeye 1503", "warning event"),
    *(
        Peer(f"popeye {code}", "Cilium identities and endpoints", _FOREIGN)
        for code in (*range(1600, 1605), *range(1700, 1705))
    ),
)

DETEK = (
    Peer("detek failed_pod", "pod has failed"),
    Peer("detek pod_without_limits", "no limits"),
    Peer("detek pod_without_requests", "no requests"),
    Peer("detek pod_without_liveness_probe", "no liveness probe", "many programs are better off without one"),
    Peer("detek pod_without_readiness_probe", "no readiness probe", _STYLE),
    Peer("detek service_no_available_target", "Service without a ready target"),
    Peer("detek service_partially_available", "Service with targets that are not ready"),
    Peer("detek api_lifecycle_policy_v1beta1", "PodSecurityPolicy in use", "gone since Kubernetes 1.25"),
)

PEERS = (*K8SGPT, *POPEYE, *DETEK)
