"""JVMs that ran out of memory, and whether a heap dump tells why."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from diagnostics import containers, excerpts, heapdumps, javaoptions, owners, quantities
from diagnostics.containers import Container
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.javaoptions import JavaOptions
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import CONFIG_MAPS, PODS
from diagnostics.snapshot import Snapshot

HEAP_EXHAUSTED = Code("jvm.heap-exhausted", Severity.WARNING, "A JVM ran out of heap, and its heap dump is on a volume")
NO_DUMP = Code("jvm.no-dump", Severity.WARNING, "A JVM ran out of heap, and is not told to dump it")
DUMP_LOST = Code("jvm.dump-lost", Severity.WARNING, "A JVM is told to dump its heap to where the dump does not last")
OUTSIDE_HEAP = Code("jvm.outside-heap", Severity.WARNING, "A JVM ran out of threads or of memory outside of its heap")
HEAP_TOO_LARGE = Code("jvm.heap-too-large", Severity.WARNING, "A heap may grow as large as the memory limit, or nearly")
LIBRARY_PATH = Code(
    "jvm.library-path-twice",
    Severity.NOTE,
    "LD_LIBRARY_PATH and -Djava.library.path are both set, and the JVM searches the latter alone",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_EXHAUSTED = re.compile(r"java\.lang\.OutOfMemoryError(?:: (?P<what>.*\S))?")
_OUTSIDE = re.compile(r"(?i)native thread|direct buffer|native method|compressed class|reason stack_trace_with_native")
_DUMPED = re.compile(r"Dumping heap to (?P<path>.*?\S)(?: \.\.\.)?$")
_DUMP_FAILED = re.compile(r"Unable to create (?P<path>\S+): (?P<why>.*)")
_UNLINKED = "java.lang.UnsatisfiedLinkError"
_NOT_OF_THE_JVM = frozenset({"OOMKilled", "StartError", "ContainerCannotRun"})
_NEARLY = Decimal("0.9")
_LATELY = timedelta(hours=1)
_LONG_TAIL = 400
"""Lines to read of the one thing that was asked for; of everything, as many as other checks read of the same logs."""


@dataclass(frozen=True)
class Jvm:
    """A container that runs a JVM: its pod and workload, its options, and the end of the log of its last run."""

    workload: Reference
    pod: Object
    container: Container
    options: JavaOptions
    log: Sequence[str]

    @property
    def exhausted(self) -> str:
        """The last OutOfMemoryError of the log, as it is worded; empty when there is none."""
        found = [match[0] for match in map(_EXHAUSTED.search, self.log) if match]
        telling = [words for words in found if ":" in words]
        return (telling or found or [""])[-1]

    @property
    def lacks(self) -> str:
        """What it ran out of, where that is in its own memory: the heap, or what its classes are kept in."""
        return "metaspace" if "Metaspace" in self.exhausted else "heap"

    @property
    def limit(self) -> Decimal:
        """The memory limit of the container, nought when it has none."""
        return quantities.amount(self.container.spec.value("resources.limits.memory"))

    @property
    def evidence(self) -> dict[str, str]:
        """The options, the limit, and how the last run ended."""
        return {
            "pod": self.pod.name,
            **self.options.sources,
            **self.container.spec.quote("resources.limits.memory"),
            **self.container.status.quote("restartCount"),
            **self.container.ended.quote("reason", "exitCode"),
        }


@check("jvm", subject=PODS, needs=(PODS,), helps=(CONFIG_MAPS,), codes=CODES)
def jvm(seen: Snapshot) -> Iterable[Saying]:
    """JVMs that ran out of memory: whether their heap is dumped, to where, and whether the dump lasts.

    Also heaps that may grow up to the memory limit, so that the kernel ends them first. Asked for by itself, it shows
    which containers run a JVM, with heap, limit and place of the dump.
    """
    found = list(_jvms(seen))
    for each in found:
        yield from _memory(each)
        yield from _library_path(seen, each)
    if found:
        columns = ("workload", "container", "largest heap", "memory limit", "heap dump", "restarts")
        yield Exhibit("JVMs", columns, tuple(_row(each) for each in found))


def _jvms(seen: Snapshot) -> Iterator[Jvm]:
    """Go through the JVMs, one pod of each workload: one that crashed where there is one."""
    for workload, members in owners.by_workload(seen.within(PODS)).items():
        pod = next((each for each in members if any(map(_has_crashed, containers.of(each)))), members[0])
        for container in containers.of(pod):
            log = _log(seen, pod, container)
            options = javaoptions.of_container(seen, pod, container.spec, log)
            if options is not None:
                yield Jvm(workload, pod, container, options, log)


def _has_crashed(container: Container) -> bool:
    return bool(container.ended) and not container.ended_well and container.ended.text("reason") not in _NOT_OF_THE_JVM


def _log(seen: Snapshot, pod: Object, container: Container) -> Sequence[str]:
    """Return the log of a run that crashed lately; of a JVM that was asked for and runs well, the log of this run."""
    runs_java = javaoptions.of_container(seen, pod, container.spec) is not None
    lately = seen.since(container.ended.time("finishedAt")) < _LATELY or bool(seen.target.name)
    if _has_crashed(container) and (not container.is_ready or (runs_java and lately)):
        return seen.logs(pod, container.name, previous=container.log_is_previous).lines
    if seen.target.name and runs_java and container.status.has("state.running"):
        return seen.logs(pod, container.name, tail=_LONG_TAIL).lines
    return ()


def _memory(each: Jvm) -> Iterator[Finding]:
    """What an OutOfMemoryError leaves behind; without one, whether the options will do when it comes."""
    place = heapdumps.place(each.pod, each.container.spec, each.options)
    dumped = next((found for found in map(_DUMPED.search, each.log) if found), None)
    if each.exhausted and _OUTSIDE.search(each.exhausted):
        yield _outside_heap(each)
    elif each.options.dumps_heap and place.lost:
        yield _dump_lost(each, place)
    elif each.exhausted and (each.options.dumps_heap or dumped):
        yield _dump_kept(each, place, dumped["path"] if dumped else "")
    elif each.exhausted:
        yield _no_dump(each)
    yield from _heap_too_large(each)


def _outside_heap(each: Jvm) -> Finding:
    threads = "thread" in each.exhausted
    return OUTSIDE_HEAP.found(
        each.workload,
        f"{each.container.spoken} ran out of {'threads' if threads else 'memory outside of its heap'} "
        f"({each.exhausted}); a larger heap makes that worse",
        evidence={**each.evidence, **_log_evidence(each)},
        next=f"count its threads in a thread dump: kubectl exec -n {each.pod.namespace} {each.pod.name} -- kill -3 1, "
        "then read the log; something starts a thread for each task, or the pod's pid limit is low"
        if threads
        else f"kubectl top pod {each.pod.name} -n {each.pod.namespace} --containers; bound it "
        "(-XX:MaxDirectMemorySize, -XX:MaxMetaspaceSize) or raise the memory limit above the heap",
        blames=[each.pod.reference],
    )


def _dump_kept(each: Jvm, place: heapdumps.Place, dumped: str) -> Finding:
    failed = next((found for found in map(_DUMP_FAILED.search, each.log) if found), None)
    where = place.spoken if each.options.dumps_heap else dumped
    lasts = ", which outlives the container, not the pod" if "emptyDir" in where else ""
    return HEAP_EXHAUSTED.found(
        each.workload,
        f"{each.container.spoken} ran out of {each.lacks} ({each.exhausted}); HeapDumpOnOutOfMemoryError is set "
        + (f"and the dump failed: {failed[0]}" if failed else f"and the dump goes to {where}{lasts}"),
        evidence={**each.evidence, **_mounts(each), **_log_evidence(each)},
        next=f"kubectl exec -n {each.pod.namespace} -c {each.container.name} {each.pod.name} -- ls -l {place.path}; "
        "fetch the earlier dump and make room: the JVM does not overwrite it"
        if failed
        else f"kubectl cp -n {each.pod.namespace} -c {each.container.name} "
        f"{each.pod.name}:{dumped or place.path} heap.hprof, before the pod is replaced",
        blames=[each.pod.reference],
    )


def _no_dump(each: Jvm) -> Finding:
    hidden = f"; Secrets that may hold options are not read: {', '.join(each.options.hidden)}"
    return NO_DUMP.found(
        each.workload,
        f"{each.container.spoken} ran out of {each.lacks} ({each.exhausted}), and HeapDumpOnOutOfMemoryError is "
        f"not set, so nothing tells what filled it{hidden if each.options.hidden else ''}",
        evidence={**each.evidence, "HeapDumpOnOutOfMemoryError": "not among the options", **_log_evidence(each)},
        next=f"{_edit(each.workload)}: mount an emptyDir at /dumps and add to JAVA_TOOL_OPTIONS: "
        "-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/dumps -XX:+ExitOnOutOfMemoryError",
        blames=[each.pod.reference],
    )


def _dump_lost(each: Jvm, place: heapdumps.Place) -> Finding:
    happened = f"ran out of {each.lacks} ({each.exhausted}) and " if each.exhausted else ""
    return DUMP_LOST.found(
        each.workload,
        f"{each.container.spoken} {happened}dumps its heap (HeapDumpOnOutOfMemoryError) to {place.spoken}, "
        f"where it is lost: {place.lost}",
        evidence={**each.evidence, **_mounts(each), **_log_evidence(each)},
        next=f"{_edit(each.workload)}: mount an emptyDir (or a PersistentVolumeClaim) that is larger than the heap, "
        "and set -XX:HeapDumpPath to its mountPath",
        blames=[each.pod.reference],
    )


def _heap_too_large(each: Jvm) -> Iterator[Finding]:
    option, heap = each.options.heap_option, each.options.largest_heap(each.limit)
    if not option or not each.limit or heap is None or heap <= each.limit * _NEARLY:
        return
    over = heap >= each.limit
    yield HEAP_TOO_LARGE.found(
        each.workload,
        f"{each.container.spoken} may grow its heap to {quantities.in_bytes(heap)} ({option}) under a memory limit of "
        f"{quantities.in_bytes(each.limit)}: the kernel kills it (OOMKilled) before it can say OutOfMemoryError",
        evidence=each.evidence,
        next=f"{_edit(each.workload)}: leave room for metaspace, threads and buffers: -XX:MaxRAMPercentage=70 or -Xmx "
        "under the limit",
        severity=None if over else Severity.NOTE,
        blames=[each.pod.reference],
    )


def _library_path(seen: Snapshot, each: Jvm) -> Iterator[Finding]:
    """Both paths set is only worth saying where a library was not found, or where somebody asks."""
    environment = javaoptions.environment(seen, each.pod, each.container.spec)
    unlinked = next((line for line in each.log if _UNLINKED in line), "")
    if not each.options.library_path or "LD_LIBRARY_PATH" not in environment or not (unlinked or seen.target.name):
        return
    place, value = environment["LD_LIBRARY_PATH"]
    yield LIBRARY_PATH.found(
        each.workload,
        f"{each.container.spoken} searches {each.options.library_path} alone for native libraries: "
        "-Djava.library.path hides LD_LIBRARY_PATH" + (f": {excerpts.first(unlinked, 200)}" if unlinked else ""),
        evidence={place: value, **each.options.sources, **({"log": unlinked} if unlinked else {})},
        next=f"{_edit(each.workload)}: put every directory on LD_LIBRARY_PATH and take -Djava.library.path away",
        severity=Severity.WARNING if unlinked else None,
        blames=[each.pod.reference],
    )


def _mounts(each: Jvm) -> dict[str, str]:
    return {
        path: value
        for mount in each.container.spec.each("volumeMounts")
        for path, value in mount.quote("mountPath").items()
    } | {
        path: value
        for volume in each.pod.each("spec.volumes")
        for path, value in volume.quote("emptyDir", "persistentVolumeClaim", "hostPath").items()
    }


def _log_evidence(each: Jvm) -> Mapping[str, str]:
    lines = [line for line in each.log if _EXHAUSTED.search(line) or _DUMPED.search(line) or "Heap dump file" in line]
    return {"log": "\n".join(lines[-excerpts.MOST_LINES :])} if lines else {}


def _row(each: Jvm) -> tuple[str, ...]:
    heap = each.options.largest_heap(each.limit)
    place = heapdumps.place(each.pod, each.container.spec, each.options)
    return (
        f"{each.workload.kind} {each.workload.namespace}/{each.workload.name}",
        each.container.name,
        f"{quantities.in_bytes(heap)} ({each.options.heap_option or 'a quarter of the limit'})" if heap else "unknown",
        quantities.in_bytes(each.limit) if each.limit else "none",
        place.spoken + (", lost" if place.lost else "") if each.options.dumps_heap else "none",
        str(each.container.restarts),
    )


def _edit(workload: Reference) -> str:
    return f"kubectl edit {workload.kind.lower()} {workload.name} -n {workload.namespace}"
