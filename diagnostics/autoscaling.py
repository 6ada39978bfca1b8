"""The metrics of HorizontalPodAutoscalers: which API has each, where it stands, and how many replicas it asks for."""

import math
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.objects import Object, Reference

METRICS_APIS: Mapping[str, Reference] = MappingProxyType(
    {
        "metrics.k8s.io": Reference("APIService", "", "v1beta1.metrics.k8s.io"),
        "custom.metrics.k8s.io": Reference("APIService", "", "v1beta2.custom.metrics.k8s.io"),
        "external.metrics.k8s.io": Reference("APIService", "", "v1beta1.external.metrics.k8s.io"),
    }
)
"""The API groups that autoscalers read, and what the APIService that registers each is called."""

_API_OF_TYPE = {
    "Resource": "metrics.k8s.io",
    "ContainerResource": "metrics.k8s.io",
    "Pods": "custom.metrics.k8s.io",
    "Object": "custom.metrics.k8s.io",
    "External": "external.metrics.k8s.io",
}
_SECTIONS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_TOLERANCE = Decimal("0.1")
"""How far from its target a metric may be before it asks for another number of replicas; the controller's default."""


class Metric:
    """One metric of an autoscaler: what is wanted of it, and what it is now."""

    def __init__(self, spec: Fields, status: Fields) -> None:
        self.type = spec.text("type")
        section = _SECTIONS.get(self.type, "")
        self._wanted = spec.at(section)
        self._now = status.at(section) if status.text("type") == self.type else Fields(None)

    @property
    def name(self) -> str:
        """`cpu`, `memory`, or the metric's own name."""
        return self._wanted.text("name") or self._wanted.text("metric.name")

    @property
    def is_of_memory(self) -> bool:
        """Whether it is the memory of the pods or of one container of each."""
        return self.type in ("Resource", "ContainerResource") and self.name == "memory"

    @property
    def is_known(self) -> bool:
        """Whether the controller had a figure for it the last time."""
        return bool(self._now.at("current"))

    @property
    def current(self) -> str:
        """The figure as kubectl shows it: `68%`, or a quantity."""
        return self._figure(self._now.at("current"))

    @property
    def target(self) -> str:
        """What the figure is held against: `70%`, or a quantity."""
        return self._figure(self._wanted.at("target"))

    def replicas(self, current: int, tolerance: Decimal = _TOLERANCE) -> int | None:
        """Return how many replicas this metric alone asks for when there are `current`; None when nobody knows."""
        now, wanted = self._amount(self._now.at("current")), self._amount(self._wanted.at("target"))
        if now is None or not wanted:
            return None
        ratio = now / wanted
        return current if abs(ratio - 1) <= tolerance else math.ceil(ratio * current)

    def _figure(self, side: Fields) -> str:
        kind = self._kind
        return side.text(kind) + ("%" if kind == "averageUtilization" and side.has(kind) else "")

    def _amount(self, side: Fields) -> Decimal | None:
        return quantities.parse(side.value(self._kind))

    @property
    def _kind(self) -> str:
        """The field in which the target is given, and in which the current figure is to be read."""
        kinds = ("averageUtilization", "averageValue", "value")
        return next((kind for kind in kinds if self._wanted.has(f"target.{kind}")), kinds[0])


def metrics_of(autoscaler: Object) -> list[Metric]:
    """Return the metrics of an autoscaler; the controller reports them in the order in which they are specified."""
    specified, reported = autoscaler.each("spec.metrics"), autoscaler.each("status.currentMetrics")
    reported += [Fields(None)] * (len(specified) - len(reported))
    return [Metric(spec, status) for spec, status in zip(specified, reported, strict=False)]


def api_of(metric: Fields) -> str:
    """Return the API group that serves a metric of `spec.metrics`, empty for a type that nobody knows."""
    return _API_OF_TYPE.get(metric.text("type"), "")


def how_to_serve(group: str) -> str:
    """Return what to install so that a metrics API is there."""
    if group == "metrics.k8s.io":
        return (
            "kubectl get apiservices; install metrics-server "
            "(on EKS: aws eks create-addon --cluster-name <cluster> --addon-name metrics-server)"
        )
    return (
        f"kubectl get apiservices; install an adapter that serves {group}: KEDA, "
        "or prometheus-adapter with a rule for the metric"
    )
