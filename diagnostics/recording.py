"""The recording of a cluster: a snapshot on disk, which answers as the cluster did at that moment."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from diagnostics import errors, selectors
from diagnostics.budget import Budget
from diagnostics.fields import Fields
from diagnostics.resources import Resource
from diagnostics.selection import Selection


class Recording:
    """A file with `lists`, `logs`, `raw` and `recorded_at`; tests/recordings/README.md tells the format."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = Fields(_load(path))
        if not self.content.at("lists").raw:
            raise errors.RecordingInvalid(path, "it has no `lists`, the objects by the path at which they were listed")
        recorded = self.content.time("recorded_at")
        if recorded is None:
            raise errors.RecordingInvalid(path, "its `recorded_at` is not a time")
        self._recorded_at = recorded

    @property
    def name(self) -> str:
        """The scenario."""
        return self.content.text("scenario", self.path.name)

    def now(self) -> datetime:
        """Return the time of the recording."""
        return self._recorded_at

    def read(self, resource: Resource, selection: Selection, budget: Budget) -> list[dict[str, Any]]:
        """Return the recorded objects of a resource; one that was not served raises NotServed."""
        budget.spend()
        lists = self.content.at("lists").raw
        body = lists.get(resource.path()) or lists.get(resource.path(selection.namespace))
        if body is None:
            raise errors.NotServed(f"the recorded cluster does not serve {resource} (404)")
        return [dict(item.raw) for item in Fields(body).each("items") if _chosen(item, selection)]

    def document(self, path: str, budget: Budget) -> str:
        """Return a recorded document."""
        budget.spend()
        raw = self.content.at("raw").raw
        if path not in raw:
            raise errors.NotServed(f"the recorded cluster does not serve {path} (404)")
        return raw[path] if isinstance(raw[path], str) else json.dumps(raw[path])

    def logs(self, namespace: str, pod: str, container: str, budget: Budget, *, previous: bool, tail: int) -> bytes:
        """Return the end of a recorded log."""
        budget.spend()
        key = f"{namespace}/{pod}/{container}" + ("?previous=true" if previous else "")
        text = self.content.at("logs").raw.get(key)
        if not isinstance(text, str):
            raise errors.NotFound(f"there is no recorded log of {key}")
        return "\n".join(text.splitlines()[-tail:]).encode()


def _load(path: Path) -> Any:
    try:
        content = path.read_bytes()
        return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (OSError, EOFError, ValueError) as error:
        raise errors.RecordingInvalid(path, str(error)) from error


def _chosen(item: Fields, selection: Selection) -> bool:
    return (
        selection.namespace in ("", item.text("metadata.namespace"))
        and selectors.is_part_of(selectors.parse(selection.labels), item.mapping("metadata.labels"))
        and all(item.text(path) == value for path, value in selectors.parse(selection.fields).items())
    )
