"""Images that a node does not get: what the registry answered, and what that means."""

import re
from dataclasses import dataclass

from diagnostics import excerpts, kubectl, remedies
from diagnostics.containers import Container
from diagnostics.objects import Object, Reference
from diagnostics.snapshot import Snapshot

REASONS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
"""Why a container waits, when it waits for its image."""

_OF_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>[a-z0-9._/-]+)"
)
_BACK_OFF = re.compile(r'Back-off pulling image "[^"]*"(?:: )?(?:ErrImagePull: )?')
_UNPACK = re.compile(r'failed to pull and unpack image "[^"]*": ')
_REFERENCE = re.compile(r'^ "[^"]*": ')
_WITHOUT = "FailedToRetrieveImagePullSecret"
_SECRETS = re.compile(r"secrets \((?P<names>[^)]+)\)")


@dataclass(frozen=True)
class Wanted:
    """An image that a container waits for, and the field that names it."""

    image: str
    field: str
    volume: str = ""

    @property
    def spoken(self) -> str:
        """How a sentence names it: `its image shop/api:1`, `the image models/llm:9 of its volume model`."""
        return f"the image {self.image} of its volume {self.volume}" if self.volume else f"its image {self.image}"


def wanted(pod: Object, container: Container) -> Wanted:
    """Return which image a container waits for: its own, unless the status names that of a volume."""
    said = container.status.text("state.waiting.message")
    volumes = {each.text("name"): each for each in pod.each("spec.volumes") if each.has("image.reference")}
    for name in (mount.text("name") for mount in container.spec.each("volumeMounts")):
        if name in volumes and f'"{volumes[name].text("image.reference")}"' in said:
            return Wanted(volumes[name].text("image.reference"), volumes[name].name_of("image.reference"), name)
    return Wanted(container.spec.text("image"), container.spec.name_of("image"))


def message(seen: Snapshot, pod: Object, container: Container, image: str) -> str:
    """Return what is known of the pull: the status's message, or the event's where that only says that it waits."""
    said = container.status.text("state.waiting.message")
    if _BACK_OFF.sub("", said):
        return said
    events = (event.text("message") for event in seen.events_of(pod, "Failed"))
    return next((text for text in events if text.startswith("Failed to pull image") and image in text), said)


def problem(message_: str) -> str:
    """Return the part of a message that tells: the registry's answer, which stands last."""
    answer = _REFERENCE.sub("", message_.rsplit("failed to resolve reference", 1)[-1])
    return excerpts.first(_UNPACK.sub("", _BACK_OFF.sub("", answer)) or message_ or "no message")


def remedy(message_: str, reason: str) -> str:
    """Return what to do about a pull that fails."""
    if reason == "InvalidImageName":
        return "correct the image name: repository names are lower-case, tags have no spaces"
    if reason == "SignatureValidationFailed":
        return "sign the image as the node's policy wants it, or correct that policy"
    return remedies.of(message_, remedies.OF_PULLS, "pull the image from a node to see the registry's whole answer")


def command(pod: Object, image: str) -> str:
    """Return the command that lists what a repository holds where its registry is Amazon's, or else shows the pod."""
    found = _OF_ECR.match(image)
    if found is None:
        return kubectl.describe(pod.reference)
    account, region, repository = found["account"], found["region"], found["repository"]
    return f"aws ecr list-images --registry-id {account} --region {region} --repository-name {repository}"


def missing_secrets(seen: Snapshot, pod: Object) -> tuple[Reference, ...]:
    """Return the pull secrets of a pod that the kubelet does not find; it tries without them."""
    found = (_SECRETS.search(event.text("message")) for event in seen.events_of(pod, _WITHOUT)[:1])
    return tuple(
        Reference("Secret", pod.namespace, name.strip())
        for match in found
        if match
        for name in match["names"].split(",")
    )
