"""Where a JVM writes its heap to, and whether the file is still there after the container has ended."""

import posixpath
from dataclasses import dataclass
from decimal import Decimal

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.javaoptions import JavaOptions
from diagnostics.objects import Object


@dataclass(frozen=True)
class Place:
    """A path in a container, the volume under it in words, and why a dump is lost there; empty when it is kept."""

    path: str
    volume: str
    lost: str = ""

    @property
    def spoken(self) -> str:
        """How a sentence names it: `/dumps on the emptyDir dumps`."""
        return f"{self.path} on {self.volume}" if self.volume else self.path


def place(pod: Object, container: Fields, options: JavaOptions) -> Place:
    """Return where the options of a container send a heap dump."""
    path = posixpath.normpath(options.dump_path or container.text("workingDir") or ".")
    mount = _mount_of(container, path)
    if mount is None:
        where = "" if options.dump_path else " (no HeapDumpPath is set)"
        return Place(
            "the working directory" if path == "." else path,
            "",
            f"no volume is mounted there{where}: the file goes with the container",
        )
    volume = next((each for each in pod.each("spec.volumes") if each.text("name") == mount.text("name")), Fields(None))
    return Place(path, _volume_words(volume), _loss(mount, volume, container, options))


def _mount_of(container: Fields, path: str) -> Fields | None:
    """Return the mount that holds a path: the one with the longest mount path above it."""
    above = [
        mount
        for mount in container.each("volumeMounts")
        if posixpath.isabs(path) and posixpath.commonpath([path, mount.text("mountPath", "/")]) == _root_of(mount)
    ]
    return max(above, key=lambda mount: len(_root_of(mount)), default=None)


def _root_of(mount: Fields) -> str:
    return posixpath.normpath(mount.text("mountPath", "/"))


def _volume_words(volume: Fields) -> str:
    kind = _kind(volume)
    name = volume.text("name")
    if kind == "persistentVolumeClaim":
        return f"the persistentVolumeClaim {volume.text('persistentVolumeClaim.claimName')}"
    return f"the {kind} {name}"


def _kind(volume: Fields) -> str:
    return next((key for key in volume.raw if key != "name"), "volume")


def _loss(mount: Fields, volume: Fields, container: Fields, options: JavaOptions) -> str:
    """Return why a dump is not kept on a volume; the heap on disk is about as large as in memory."""
    if mount.flag("readOnly") or _kind(volume) in ("configMap", "secret", "projected", "downwardAPI"):
        return "the volume cannot be written to"
    if volume.text("emptyDir.medium") == "Memory":
        return "the volume is memory and counts against the container's own limit"
    room = quantities.amount(volume.value("emptyDir.sizeLimit"))
    heap = options.largest_heap(quantities.amount(container.value("resources.limits.memory"))) or Decimal(0)
    if room and heap > room:
        return (
            f"the volume may hold {quantities.in_bytes(room)} and the heap grow to {quantities.in_bytes(heap)}: "
            "the pod is evicted, dump and all"
        )
    return ""
