"""The ConfigMap or Secret that a message of the kubelet says is missing, or lacks a key."""

import re

from diagnostics import kubectl, remedies
from diagnostics.fields import Fields
from diagnostics.objects import Object, Reference

_MISSING = re.compile(
    r'(?P<kind>configmap|secret) "(?P<name>[^"]+)" not found|key (?P<key>\S+) in (?P<of>ConfigMap|Secret) (?P<path>\S+)'
)
_KEY_MISSING = re.compile(r'volume "(?P<volume>[^"]+)" : references non-existent (?P<kind>secret|config) key')


def named(pod: Object, message: str) -> Reference | None:
    """Return the ConfigMap or Secret that a message of the kubelet says is missing, or lacks a key."""
    of_volume = _KEY_MISSING.search(message)
    if of_volume:
        return _source_of(pod, of_volume["volume"], "Secret" if of_volume["kind"] == "secret" else "ConfigMap")
    found = _MISSING.search(message)
    if found is None:
        return None
    if found["kind"]:
        return Reference("ConfigMap" if found["kind"] == "configmap" else "Secret", pod.namespace, found["name"])
    return Reference(found["of"], pod.namespace, found["path"].rpartition("/")[2])


def remedy(pod: Object, missing: Reference | None, message: str) -> str:
    """Return what would let a container be made; `describe` shows the keys of a Secret without their values."""
    if missing is None:
        correction = remedies.of(message, remedies.OF_STARTS, "correct what the message names in the pod template")
        return f"{kubectl.describe(pod.reference)}; {correction}"
    if "find key" in message or "non-existent" in message:
        return f"{kubectl.describe(missing)} shows its keys; add the key, or correct its name in the pod template"
    return (
        f"{kubectl.listing(f'{missing.kind.lower()}s', pod.namespace)}; create {missing.name}, correct its name in the "
        "pod template, or mark it optional if it may be absent"
    )


def _source_of(pod: Object, name: str, kind: str) -> Reference:
    """Return the ConfigMap or Secret behind a volume; of a projected volume the first of that kind."""
    volume = next((each for each in pod.each("spec.volumes") if each.text("name") == name), Fields(None))
    paths = ("configMap.name",) if kind == "ConfigMap" else ("secret.secretName", "secret.name")
    named = (each.text(path) for each in (volume, *volume.each("projected.sources")) for path in paths)
    return Reference(kind, pod.namespace, next((each for each in named if each), f"of volume {name}"))
