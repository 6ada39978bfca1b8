"""What a question is about: the whole cluster, a namespace, or one thing in it."""

from dataclasses import dataclass

from diagnostics import owners, resources
from diagnostics.objects import Object

_APP_LABELS = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app")


@dataclass(frozen=True)
class Target:
    """A namespace and a name, each empty when it does not matter."""

    namespace: str = ""
    name: str = ""

    @classmethod
    def parse(cls, text: str, *, namespaced: bool = True) -> "Target":
        """Read `payments/api`, `payments`, or nothing; for what has no namespace the text is a name."""
        if not namespaced:
            return cls("", _checked(text.strip("/")))
        namespace, _, name = text.partition("/")
        return cls(resources.label("namespace", namespace) if namespace else "", _checked(name))

    def __str__(self) -> str:
        """Write it as people would: `payments/api`, `the whole cluster`."""
        return "/".join(part for part in (self.namespace, self.name) if part) or "the whole cluster"

    def covers(self, thing: Object) -> bool:
        """Say whether an object is meant.

        A name means the object of that name. For pods it also means their workload, and the application that the usual
        labels name, since nobody knows the generated names of pods.
        """
        if thing.namespace and self.namespace and thing.namespace != self.namespace:
            return False
        if not self.name or self.name == thing.name:
            return True
        return self.name in self.names_of(thing)

    @staticmethod
    def names_of(thing: Object) -> set[str]:
        """Return the names under which people ask for an object: its own, and for a pod those of what it is part of."""
        if thing.resource is not resources.PODS:
            return {thing.name}
        labels = thing.labels
        workload, owner = owners.workload_of(thing).name, thing.owner.text("name")
        return {thing.name, workload, owner, *(labels[key] for key in _APP_LABELS if key in labels)} - {""}


def _checked(name: str) -> str:
    return resources.subdomain("name", name) if name else ""
