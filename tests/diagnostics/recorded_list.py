"""The lists of a recording, as an API server would have to serve them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_PATH = re.compile(r"/(?:api/v1|apis/(?P<group>[^/]+)/(?P<version>[^/]+))(?:/namespaces/[^/]+)?/(?P<plural>[^/]+)")


@dataclass(frozen=True)
class RecordedList:
    """All objects of one resource."""

    group: str
    version: str
    plural: str
    kind: str
    items: tuple[dict[str, Any], ...]

    @classmethod
    def parse(cls, path: str, body: dict[str, Any]) -> "RecordedList":
        """Read the answer to a GET of `path`, which may be that for one namespace."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise ValueError(f"{path} is not the path of a list")
        return cls(
            group=found["group"] or "",
            version=found["version"] or "v1",
            plural=found["plural"],
            kind=body["kind"].removesuffix("List"),
            items=tuple(body["items"] or ()),
        )

    @property
    def name(self) -> str:
        """The resource with its group, which is also the name of its CustomResourceDefinition if it has one."""
        return f"{self.plural}.{self.group}"

    @property
    def path(self) -> str:
        """Where the objects of all namespaces are served."""
        return f"/apis/{self.group}/{self.version}/{self.plural}" if self.group else f"/api/v1/{self.plural}"

    @property
    def objects(self) -> Iterable[dict[str, Any]]:
        """The items with what a list leaves out: their kind."""
        api_version = f"{self.group}/{self.version}" if self.group else self.version
        return ({"kind": self.kind, "apiVersion": api_version, **item} for item in self.items)

    def definition(self) -> dict[str, Any]:
        """Return a CustomResourceDefinition, already accepted, by which an API server serves these objects."""
        names = {"plural": self.plural, "kind": self.kind, "listKind": f"{self.kind}List"}
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        namespaced = any("namespace" in item["metadata"] for item in self.items)
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": self.name, "uid": self.name},
            "spec": {
                "group": self.group,
                "names": names,
                "scope": "Namespaced" if namespaced else "Cluster",
                "versions": [{"name": self.version, "served": True, "storage": True, "schema": schema}],
            },
            "status": {
                "acceptedNames": names,
                "conditions": [{"type": each, "status": "True"} for each in ("NamesAccepted", "Established")],
                "storedVersions": [self.version],
            },
        }


def parse(content: dict[str, Any]) -> list[RecordedList]:
    """Return the lists of a recording, but for that of the CustomResourceDefinitions, of which only the names are."""
    lists = [RecordedList.parse(path, body) for path, body in content["lists"].items()]
    return [each for each in lists if each.plural != "customresourcedefinitions"]
