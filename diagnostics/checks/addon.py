"""Who owns CoreDNS, kube-proxy and the VPC CNI: what EKS manages, it takes back when somebody edits it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diagnostics import components, eks, needs
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import Saying, check
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, Resource
from diagnostics.snapshot import Snapshot

EKS_MANAGED = Code(
    "addon.eks-managed", Severity.NOTE, "EKS owns a ConfigMap of an add-on, so a change of it does not last"
)
EDIT_REVERTED = Code(
    "addon.edit-reverted",
    Severity.WARNING,
    "Somebody changed a ConfigMap of an EKS managed add-on; the next update of the add-on takes it back",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE


@dataclass(frozen=True)
class _Addon:
    """An add-on of EKS: its name there, its workload, and the ConfigMap that people edit."""

    name: str
    resource: Resource
    workload: str
    config_map: str


_ADDONS = (
    _Addon("coredns", DEPLOYMENTS, "coredns", "coredns"),
    _Addon("kube-proxy", DAEMON_SETS, "kube-proxy", "kube-proxy-config"),
    _Addon("vpc-cni", DAEMON_SETS, "aws-node", "amazon-vpc-cni"),
)


@check(
    "addon",
    subject=(CONFIG_MAPS, DEPLOYMENTS, DAEMON_SETS),
    needs=(needs.in_namespace(_SYSTEM, CONFIG_MAPS),),
    helps=(needs.in_namespace(_SYSTEM, DEPLOYMENTS), needs.in_namespace(_SYSTEM, DAEMON_SETS)),
    codes=CODES,
)
def addon(seen: Snapshot) -> Iterable[Saying]:
    """Whether CoreDNS, kube-proxy and the VPC CNI are EKS managed add-ons, and edits that EKS will take back.

    The owner is who wrote the ConfigMap's data (its managed fields); the label alone proves nothing, since EKS puts it
    on what it installs once and then leaves to you, too.
    """
    for each in _ADDONS:
        config_map = seen.find(CONFIG_MAPS, _SYSTEM, each.config_map)
        if config_map is not None and seen.target.covers(config_map):
            yield from _config(each, config_map)
    yield Exhibit("Owners of the add-ons", ("add-on", "object", "owner", "image"), tuple(_rows(seen)))


def _config(addon_: _Addon, config_map: Object) -> Iterator[Finding]:
    """Judge who wrote the data: EKS alone, EKS and somebody after it, or somebody else."""
    writers = _writers(config_map)
    if not any(_is_eks(writer) for writer in writers):
        return
    others = [writer for writer in writers if not _is_eks(writer)]
    evidence = {
        **{
            f"metadata.managedFields[{writer.text('manager')}]": f"{', '.join(_keys(writer))} "
            f"({writer.text('operation')} {writer.text('time')})"
            for writer in writers
        },
        **{f"metadata.labels[{key}]": text for key, text in config_map.labels.items() if key == eks.COMPONENT},
    }
    if others:
        names = ", ".join(dict.fromkeys(writer.text("manager") for writer in others))
        yield EDIT_REVERTED.found(
            config_map,
            f"belongs to the EKS managed add-on {addon_.name}, and {names} changed it: the next update of the add-on "
            "takes the change back or stops with a conflict",
            evidence=evidence,
            next=_remedy(addon_),
        )
    else:
        yield EKS_MANAGED.found(
            config_map,
            f"is managed by EKS (the add-on {addon_.name} owns {', '.join(_keys(writers[0]))}): "
            "an edit here does not last",
            evidence=evidence,
            next=_remedy(addon_),
        )


def _remedy(addon_: _Addon) -> str:
    key = '{"corefile": "…"}' if addon_.name == "coredns" else "{…}"
    return (
        f"put the change into the add-on: aws eks update-addon --cluster-name <cluster> --addon-name {addon_.name} "
        f"--configuration-values '{key}' --resolve-conflicts OVERWRITE; to own it instead: aws eks delete-addon "
        f"--cluster-name <cluster> --addon-name {addon_.name} --preserve"
    )


def _writers(config_map: Object) -> list[Fields]:
    """Return the entries of the managed fields that wrote any key of the data."""
    return [writer for writer in config_map.each("metadata.managedFields") if _keys(writer)]


def _keys(writer: Fields) -> list[str]:
    data = writer.at("fieldsV1").raw.get("f:data")
    return [key.removeprefix("f:") for key in data if key != "."] if isinstance(data, dict) else []


def _is_eks(writer: Fields) -> bool:
    return writer.text("manager").split(":")[0] == eks.MANAGER


def _rows(seen: Snapshot) -> Iterator[tuple[str, ...]]:
    for each in _ADDONS:
        workload = seen.find(each.resource, _SYSTEM, each.workload)
        if workload is None:
            continue
        images = [container.text("image") for container in workload.each("spec.template.spec.containers")]
        yield (
            each.name,
            workload.reference.spoken,
            _owner(workload, seen.find(CONFIG_MAPS, _SYSTEM, each.config_map)),
            ", ".join(images),
        )


def _owner(workload: Object, config_map: Object | None) -> str:
    if config_map is not None and any(_is_eks(writer) for writer in _writers(config_map)):
        return "EKS managed add-on"
    if workload.labels.get("app.kubernetes.io/managed-by") == "Helm":
        return "Helm"
    if eks.COMPONENT in workload.labels:
        return "installed by EKS; aws eks list-addons tells whether it still manages it"
    return "self-managed"
