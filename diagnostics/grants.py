"""What the checks read, as the rules of the ClusterRole that lets them: the first wall.

deploy/cluster-role.yaml is generated from here: `python -m diagnostics.grants > deploy/cluster-role.yaml`.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import yaml

from diagnostics.needs import Document, Need
from diagnostics.registry import Check
from diagnostics.resources import NAMESPACES, PODS, Resource

NAME = "pastemortem-diagnostics"
_READ = ("get", "list")
"""Nothing is watched: a question is answered from what stands there when it is asked."""

_HEAD = """\
# Generated from what the checks read by `python -m diagnostics.grants`; no wildcard, no Secret, no session, no proxy.
"""

Rule = dict[str, list[str]]

_LOG_RULE: Rule = {"apiGroups": [PODS.group], "resources": [f"{PODS.plural}/log"], "verbs": ["get"]}


def cluster_role(checks: Iterable[Check]) -> dict[str, Any]:
    """Return the ClusterRole that grants what these checks read and nothing else."""
    wanted = [want for check in checks for want in check.wants]
    resources = {want.resource for want in wanted if isinstance(want, Need)}
    paths = {want.path.partition("?")[0] for want in wanted if isinstance(want, Document)}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NAME},
        "rules": [*_resource_rules(resources | {NAMESPACES}), _LOG_RULE, *_path_rules(paths)],
    }


def _resource_rules(resources: Iterable[Resource]) -> Iterable[Rule]:
    """Return a rule for each API group."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for resource in resources:
        grouped[resource.group].add(resource.plural)
    for group, plurals in sorted(grouped.items()):
        yield {"apiGroups": [group], "resources": sorted(plurals), "verbs": list(_READ)}


def _path_rules(paths: Iterable[str]) -> Iterable[Rule]:
    """Return a rule for what is read outside of the resources; clusters grant it by default, some took it back."""
    if listed := sorted(paths):
        yield {"nonResourceURLs": listed, "verbs": ["get"]}


def document(checks: Iterable[Check]) -> str:
    """Return deploy/cluster-role.yaml."""
    return _HEAD + yaml.safe_dump(cluster_role(checks), sort_keys=False, default_flow_style=None, width=120)


if __name__ == "__main__":
    from diagnostics.checks import CHECKS

    sys.stdout.write(document(CHECKS))
