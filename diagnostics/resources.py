"""The resources that may be read, and the paths under which the API server has them.

Every path that may leave the process is built here or checked against this list, so a resource that is not here cannot
be read at all. Secrets are not here.
"""

import re
from dataclasses import dataclass

from diagnostics.errors import NameInvalid

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9.:]{0,251}[a-z0-9])?")
"""DNS subdomain, with the colon that names of RBAC and some metrics objects have."""

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")

PAGE = 500
"""Objects a page; what kubectl asks for too."""

_PAGE_OF_EVENTS = 2_000
"""An event is a quarter of a pod, and a bad hour has many; in pages of 500 they would cost a third of a sweep."""

_UNPAGED = 0
"""The metrics API answers with everything at once, whatever the limit."""


@dataclass(frozen=True, order=True)
class Resource:
    """A collection of the API server: `pods` of the core group, `deployments` of `apps`; read in pages of so many."""

    plural: str
    kind: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    page: int = PAGE

    def __str__(self) -> str:
        """Name the resource as RBAC messages do: `deployments.apps`."""
        return self.plural if not self.group else f"{self.plural}.{self.group}"

    @property
    def root(self) -> str:
        """The path of the group and version, without a slash at the end."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def path(self, namespace: str = "", name: str = "") -> str:
        """Return the path of a list, or of one object when `name` is given; the names are checked first."""
        scope = f"/namespaces/{label('namespace', namespace)}" if namespace and self.namespaced else ""
        leaf = f"/{subdomain('name', name)}" if name else ""
        return f"{self.root}{scope}/{self.plural}{leaf}"


def label(what: str, name: str) -> str:
    """Return `name` when it can be the name of a namespace or a container; otherwise raise NameInvalid."""
    if not _LABEL.fullmatch(name):
        raise NameInvalid(what, name)
    return name


def subdomain(what: str, name: str) -> str:
    """Return `name` when it can be the name of an object; otherwise raise NameInvalid.

    An empty name would turn the reading of one object into that of all, and a slash would reach another resource.
    """
    if not _SUBDOMAIN.fullmatch(name):
        raise NameInvalid(what, name)
    return name


PODS = Resource("pods", "Pod")
SERVICES = Resource("services", "Service")
NODES = Resource("nodes", "Node", namespaced=False)
EVENTS = Resource("events", "Event", page=_PAGE_OF_EVENTS)
NAMESPACES = Resource("namespaces", "Namespace", namespaced=False)
SERVICE_ACCOUNTS = Resource("serviceaccounts", "ServiceAccount")
CONFIG_MAPS = Resource("configmaps", "ConfigMap")
PERSISTENT_VOLUME_CLAIMS = Resource("persistentvolumeclaims", "PersistentVolumeClaim")
PERSISTENT_VOLUMES = Resource("persistentvolumes", "PersistentVolume", namespaced=False)
RESOURCE_QUOTAS = Resource("resourcequotas", "ResourceQuota")
LIMIT_RANGES = Resource("limitranges", "LimitRange")

DEPLOYMENTS = Resource("deployments", "Deployment", "apps")
REPLICA_SETS = Resource("replicasets", "ReplicaSet", "apps")
STATEFUL_SETS = Resource("statefulsets", "StatefulSet", "apps")
DAEMON_SETS = Resource("daemonsets", "DaemonSet", "apps")

JOBS = Resource("jobs", "Job", "batch")
CRON_JOBS = Resource("cronjobs", "CronJob", "batch")

HORIZONTAL_POD_AUTOSCALERS = Resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling", "v2")
ENDPOINT_SLICES = Resource("endpointslices", "EndpointSlice", "discovery.k8s.io")
INGRESSES = Resource("ingresses", "Ingress", "networking.k8s.io")
INGRESS_CLASSES = Resource("ingressclasses", "IngressClass", "networking.k8s.io", namespaced=False)
NETWORK_POLICIES = Resource("networkpolicies", "NetworkPolicy", "networking.k8s.io")
POD_DISRUPTION_BUDGETS = Resource("poddisruptionbudgets", "PodDisruptionBudget", "policy")
STORAGE_CLASSES = Resource("storageclasses", "StorageClass", "storage.k8s.io", namespaced=False)
VOLUME_ATTACHMENTS = Resource("volumeattachments", "VolumeAttachment", "storage.k8s.io", namespaced=False)
LEASES = Resource("leases", "Lease", "coordination.k8s.io")
VALIDATING_WEBHOOKS = Resource(
    "validatingwebhookconfigurations",
    "ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io",
    namespaced=False,
)
MUTATING_WEBHOOKS = Resource(
    "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "admissionregistration.k8s.io", namespaced=False
)
API_SERVICES = Resource("apiservices", "APIService", "apiregistration.k8s.io", namespaced=False)

FLOW_SCHEMAS = Resource("flowschemas", "FlowSchema", "flowcontrol.apiserver.k8s.io", namespaced=False)

NODE_METRICS = Resource("nodes", "NodeMetrics", "metrics.k8s.io", "v1beta1", namespaced=False, page=_UNPAGED)
POD_METRICS = Resource("pods", "PodMetrics", "metrics.k8s.io", "v1beta1", page=_UNPAGED)

ISSUERS = Resource("issuers", "Issuer", "cert-manager.io")
CLUSTER_ISSUERS = Resource("clusterissuers", "ClusterIssuer", "cert-manager.io", namespaced=False)
CERTIFICATES = Resource("certificates", "Certificate", "cert-manager.io")

_GATEWAY_API = "gateway.networking.k8s.io"
GATEWAY_CLASSES = Resource("gatewayclasses", "GatewayClass", _GATEWAY_API, namespaced=False)
GATEWAYS = Resource("gateways", "Gateway", _GATEWAY_API)
HTTP_ROUTES = Resource("httproutes", "HTTPRoute", _GATEWAY_API)
GRPC_ROUTES = Resource("grpcroutes", "GRPCRoute", _GATEWAY_API)

READABLE: tuple[Resource, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Resource))
"""Every resource above: what may be read."""

DOCUMENTS = ("/readyz", "/version", "/.well-known/openid-configuration")
"""Paths outside of the resources that may be read."""

REVIEWS = {
    "SelfSubjectAccessReview": "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "SelfSubjectRulesReview": "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    "SelfSubjectReview": "/apis/authentication.k8s.io/v1/selfsubjectreviews",
}
"""Questions about oneself: the only requests that are sent with a body. The API server stores nothing of them."""
