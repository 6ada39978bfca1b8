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
        return thing.resource is resources.PODS and self.name in _names_of(thing)


def _checked(name: str) -> str:
    return resources.subdomain("name", name) if name else ""


def _names_of(pod: Object) -> set[str]:
    labels = pod.labels
    return {owners.workload_of(pod).name, pod.owner.text("name"), *(labels.get(key, "") for key in _APP_LABELS)}
