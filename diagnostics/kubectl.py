"""Commands to copy, with the real names of the objects that they are about; all of them only read."""

from diagnostics.containers import Container
from diagnostics.objects import Object, Reference


def describe(thing: Reference) -> str:
    """Return the command that shows an object with its conditions and events."""
    return f"kubectl describe {thing.kind.lower()} {thing.name}{_within(thing.namespace)}"


def get(thing: Reference, *, as_yaml: bool = False) -> str:
    """Return the command that shows an object on a line, or all of its fields."""
    return f"kubectl get {thing.kind.lower()} {thing.name}{_within(thing.namespace)}{' -o yaml' if as_yaml else ''}"


def listing(plural: str, namespace: str = "", labels: str = "") -> str:
    """Return the command that lists a resource, be it of a namespace or with some labels."""
    chosen = f" -l {labels}" if labels else ""
    return f"kubectl get {plural}{_within(namespace)}{chosen}{' -o wide' if plural == 'pods' else ''}"


def logs(pod: Object, container: Container | None = None, *, previous: bool = False) -> str:
    """Return the command that shows the log of a pod's container, or of all of them."""
    which = f" -c {container.name}" if container else " --all-containers"
    return f"kubectl logs {pod.name}{_within(pod.namespace)}{which}{' --previous' if previous else ''}"


def _within(namespace: str) -> str:
    return f" -n {namespace}" if namespace else ""
