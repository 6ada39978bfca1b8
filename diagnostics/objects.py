"""An object of the cluster, and the name by which people point at it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from diagnostics.fields import Fields
from diagnostics.resources import Resource


@dataclass(frozen=True, order=True)
class Reference:
    """Kind, namespace and name; the namespace is empty for what belongs to the whole cluster."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Write it as `Deployment/payments/api`, `Node//ip-10-0-0-1`."""
        return f"{self.kind}/{self.namespace}/{self.name}"

    @property
    def spoken(self) -> str:
        """How a sentence names it: `Deployment payments/api`, `Node ip-10-0-0-1`."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Object(Fields):
    """One object as the API server sent it, with its metadata at hand.

    Nobody changes it, and every check asks the same few things of it, so those are read once.
    """

    def __init__(self, raw: Any, resource: Resource) -> None:
        super().__init__(raw)
        self.resource = resource

    @cached_property
    def name(self) -> str:
        """`metadata.name`."""
        return self.text("metadata.name")

    @cached_property
    def namespace(self) -> str:
        """`metadata.namespace`, empty for what belongs to the whole cluster."""
        return self.text("metadata.namespace")

    @cached_property
    def uid(self) -> str:
        """`metadata.uid`: tells an object from an earlier one of the same name."""
        return self.text("metadata.uid")

    @cached_property
    def labels(self) -> dict[str, str]:
        """`metadata.labels`."""
        return self.mapping("metadata.labels")

    @property
    def annotations(self) -> dict[str, str]:
        """`metadata.annotations`."""
        return self.mapping("metadata.annotations")

    @property
    def created(self) -> datetime | None:
        """`metadata.creationTimestamp`."""
        return self.time("metadata.creationTimestamp")

    @property
    def is_going(self) -> bool:
        """Whether somebody deleted it and it is not gone yet."""
        return self.has("metadata.deletionTimestamp")

    @cached_property
    def reference(self) -> Reference:
        """Kind, namespace and name."""
        return Reference(self.resource.kind, self.namespace, self.name)

    @property
    def owner(self) -> Fields:
        """The owner reference of the controller that made it, an empty one when nobody did."""
        return self.first("metadata.ownerReferences", "controller", True)

    def condition(self, type_: str) -> Fields:
        """Return the status condition of a type, an empty one when the object does not have it."""
        return self.first("status.conditions", "type", type_)
