"""The options that a container gives its JVM, from its environment, its command line and what its log repeats."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.objects import Object
from diagnostics.resources import CONFIG_MAPS
from diagnostics.snapshot import Snapshot

_OPTION_VARIABLE = re.compile(
    r"\w*(?:JAVA|JDK|JVM|CATALINA|HEAP|KAFKA|MAVEN|GRADLE)\w*_?(?:OPTS|OPTIONS|ARGS|FLAGS)(?:_\w+)?"
)
"""Variables that the JVM or the usual start scripts hand on as options."""

_JAVA_PROGRAM = re.compile(r"(?:^|[\s/;&|])java(?:\s|$)|\s-jar\s|-Xm[xs]\d|-XX:")
_PICKED_UP = re.compile(r"Picked up (?P<variable>\w+): (?P<options>.*)")
"""What the JVM prints of the options that it took from the environment, those of the image among them."""

_REFERENCE = re.compile(r"\$\((?P<name>[\w.-]+)\)")
_SIZE = re.compile(r"(?P<number>\d+)(?P<unit>[kKmMgGtT]?)")
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_DEFAULT_SHARE = Decimal(25)
"""Per cent of the memory limit that the heap may take when no option says so."""


@dataclass(frozen=True)
class JavaOptions:
    """Where options stand (`sources`, path to text), and Secrets that may hold more and are not read (`hidden`)."""

    sources: Mapping[str, str]
    hidden: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The single options; of two that contradict each other the last counts."""
        return [word.strip("\"'") for text in self.sources.values() for word in text.split()]

    @property
    def dumps_heap(self) -> bool:
        """Whether the JVM writes its heap down when it runs out of it."""
        said = [word for word in self.words if re.fullmatch(r"-XX:[+-]HeapDumpOnOutOfMemoryError", word)]
        return bool(said) and said[-1].startswith("-XX:+")

    @property
    def dump_path(self) -> str:
        """Where it writes its heap to; empty for the working directory."""
        return self._last("-XX:HeapDumpPath=")

    @property
    def library_path(self) -> str:
        """Where it looks for native libraries instead of LD_LIBRARY_PATH."""
        return self._last("-Djava.library.path=")

    @property
    def heap_option(self) -> str:
        """The option that bounds the heap, as it is written; empty when none does."""
        bounds = ("-Xmx", "-XX:MaxHeapSize=", "-XX:MaxRAMPercentage=")
        return next((word for word in reversed(self.words) if word.startswith(bounds)), "")

    def largest_heap(self, limit: Decimal) -> Decimal | None:
        """Return how large the heap may grow under a memory limit, None when nobody knows."""
        option = self.heap_option
        percent = quantities.parse(option.removeprefix("-XX:MaxRAMPercentage="))
        if option and percent is None:
            return _size(option.removeprefix("-Xmx").removeprefix("-XX:MaxHeapSize="))
        if not limit:
            return None
        return limit * (percent if percent is not None else _DEFAULT_SHARE) / 100

    def _last(self, prefix: str) -> str:
        return next((word.removeprefix(prefix) for word in reversed(self.words) if word.startswith(prefix)), "")


def of_container(seen: Snapshot, pod: Object, container: Fields, log: Sequence[str] = ()) -> JavaOptions | None:
    """Return the options of a container's JVM, None when nothing shows that it runs one."""
    sources = dict(_of_environment(seen, pod, container))
    command = {container.name_of(path): " ".join(container.texts(path)) for path in ("command", "args")}
    if _JAVA_PROGRAM.search(" ".join(command.values())):
        sources |= {place: text for place, text in command.items() if text}
    sources |= _of_log(log, sources)
    runs_java = bool(sources) or any("java.lang." in line for line in log)
    return JavaOptions(sources, tuple(_hidden(container))) if runs_java else None


def environment(seen: Snapshot, pod: Object, container: Fields) -> dict[str, tuple[str, str]]:
    """Return the variables of a container that can be known, each with where its value stands and the value.

    ConfigMaps are followed, Secrets are not; `$(NAME)` is replaced by what was set before, as the kubelet does.
    """
    known: dict[str, tuple[str, str]] = {}
    for source in container.each("envFrom"):
        prefix, name = source.text("prefix"), source.text("configMapRef.name")
        data = _data(seen, pod, name)
        known |= {prefix + key: (f"ConfigMap {name} data.{key}", value) for key, value in data.items()}
    for variable in container.each("env"):
        key, name = (variable.text(f"valueFrom.configMapKeyRef.{part}") for part in ("key", "name"))
        place = f"ConfigMap {name} data.{key}" if name else variable.name_of("value")
        value = _data(seen, pod, name).get(key, "") if name else variable.text("value")
        if value:
            known[variable.text("name")] = (place, _expanded(value, known))
    return known


def _of_environment(seen: Snapshot, pod: Object, container: Fields) -> Iterator[tuple[str, str]]:
    for name, (place, value) in environment(seen, pod, container).items():
        if _OPTION_VARIABLE.fullmatch(name):
            yield place, value


def _of_log(log: Iterable[str], sources: Mapping[str, str]) -> dict[str, str]:
    """Return the options that only the log shows: those that the image sets."""
    picked = (found for found in map(_PICKED_UP.search, log) if found)
    return {
        f"log: Picked up {found['variable']}": found["options"]
        for found in picked
        if not any(f"[{found['variable']}]" in place or place.endswith(f".{found['variable']}") for place in sources)
    }


def _hidden(container: Fields) -> Iterator[str]:
    for source in container.each("envFrom"):
        if source.has("secretRef"):
            yield source.text("secretRef.name")
    for variable in container.each("env"):
        if variable.has("valueFrom.secretKeyRef") and _OPTION_VARIABLE.fullmatch(variable.text("name")):
            yield variable.text("valueFrom.secretKeyRef.name")


def _data(seen: Snapshot, pod: Object, name: str) -> dict[str, str]:
    found = seen.find(CONFIG_MAPS, pod.namespace, name) if name else None
    return found.mapping("data") if found else {}


def _expanded(value: str, known: Mapping[str, tuple[str, str]]) -> str:
    return _REFERENCE.sub(lambda found: known.get(found["name"], ("", found[0]))[1], value)


def _size(text: str) -> Decimal | None:
    found = _SIZE.fullmatch(text)
    return Decimal(found["number"]) * Decimal(1024) ** _UNITS[found["unit"].lower()] if found else None
