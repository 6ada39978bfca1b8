"""Log agents whose rule for the first line of a record does not fit what the pods write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from diagnostics import containers, excerpts, multiline, needs, nodes, owners, scheduling
from diagnostics.containers import Role
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.multiline import Rule, Verdict
from diagnostics.needs import Need
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, NODES, PODS
from diagnostics.selection import Selection
from diagnostics.snapshot import Snapshot

START_PATTERN = Code(
    "logging.start-pattern",
    Severity.WARNING,
    "A log agent's expression for the first line of a record does not fit the lines that pods write",
)

NODES_LEFT_OUT = Code(
    "logging.nodes-left-out",
    Severity.NOTE,
    "A log agent does not run on some nodes, since it does not tolerate what sets them apart",
)

CODES = (START_PATTERN, NODES_LEFT_OUT)

_AGENTS = ("fluentd", "fluent-bit", "fluentbit", "filebeat", "vector", "promtail", "alloy", "logstash", "otel")
_OF_THE_CLUSTER = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_SYSTEM_OF_NODE, _LINUX = "kubernetes.io/os", "linux"
"""An agent is built for one system, and that is seldom Windows."""

_MOST_SAMPLES = 6
_TAIL = 200


def _namespace_of_agents(seen: Snapshot) -> Selection | None:
    """For one workload's log it is enough to read the configuration where the agents are."""
    homes = {agent.namespace for agent in _agents(seen)}
    return Selection(homes.pop()) if len(homes) == 1 else None


@dataclass(frozen=True)
class Sample:
    """The end of one container's log."""

    workload: Reference
    tag: str
    lines: Sequence[str]


@check(
    "logging",
    subject=PODS,
    needs=(
        needs.everywhere(DAEMON_SETS),
        Need(CONFIG_MAPS, everywhere=True, narrowing=_namespace_of_agents, after=DAEMON_SETS),
        PODS,
    ),
    helps=(NODES,),
    codes=CODES,
)
def logging(seen: Snapshot) -> Iterable[Saying]:
    """Multi-line rules of fluentd and Fluent Bit that do not fit the first lines of what the pods in question log.

    Also nodes that an agent leaves out without choosing any. A few pods of different workloads are sampled. Asked for
    by itself, the check shows which log agents run.
    """
    configured = [(config, rule) for config in _configurations(seen) for rule in multiline.rules(_text(config))]
    samples = list(_samples(seen)) if configured else []
    for config, rule in configured:
        yield from _judged(seen, config, rule, [sample for sample in samples if rule.concerns(sample.tag)])
    for agent in _agents(seen):
        yield from _left_out(seen, agent)
    yield _overview(seen)


def _agents(seen: Snapshot) -> list[Object]:
    """Return the DaemonSets that ship logs, by the images that are known to."""
    return [
        each for each in seen.all(DAEMON_SETS) if any(agent in image for image in _images(each) for agent in _AGENTS)
    ]


def _left_out(seen: Snapshot, agent: Object) -> Iterator[Finding]:
    """Say on which nodes nothing ships what pods write, where only a taint keeps the agent from them."""
    template = agent.at("spec.template")
    if template.has("spec.nodeSelector") or template.has("spec.affinity"):
        return
    missed = {
        node.name: taint
        for node in seen.all(NODES)
        if node.labels.get(_SYSTEM_OF_NODE, _LINUX) == _LINUX
        for taint in node.each("spec.taints")
        if nodes.is_set_by_hand(taint) and not scheduling.tolerates(template, taint)
    }
    if missed:
        name, taint = next(iter(missed.items()))
        others = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        yield NODES_LEFT_OUT.found(
            agent,
            f"does not run on {name}{others}: it does not tolerate {scheduling.taint_written(taint)}, "
            "so nothing ships the logs of the pods there",
            evidence={
                f"Node {node} spec.taints": scheduling.taint_written(each) for node, each in list(missed.items())[:5]
            },
            next=f"kubectl edit daemonset {agent.name} -n {agent.namespace}: add a toleration (operator: Exists for "
            "all taints), unless the logs of these nodes are not wanted",
        )


def _images(daemon_set: Object) -> list[str]:
    return [container.text("image") for container in daemon_set.each("spec.template.spec.containers")]


def _configurations(seen: Snapshot) -> Iterator[Object]:
    """Go through the ConfigMaps that a DaemonSet mounts; a copy that nobody mounts changes nothing."""
    yield from (config for config in seen.all(CONFIG_MAPS) if _mounting(seen, config))


def _mounting(seen: Snapshot, config: Object) -> list[Object]:
    """Return the DaemonSets that mount a ConfigMap."""
    return [
        each
        for each in seen.all(DAEMON_SETS, config.namespace)
        if any(config.name in _names_in(volume) for volume in each.each("spec.template.spec.volumes"))
    ]


def _names_in(volume: Fields) -> list[str]:
    projected = [source.text("configMap.name") for source in volume.each("projected.sources")]
    return [name for name in (volume.text("configMap.name"), *projected) if name]


def _text(config: Object) -> str:
    return "\n".join(config.mapping("data").values())


def _samples(seen: Snapshot) -> Iterator[Sample]:
    """Read the logs of a few workloads, of as many namespaces as there are; each costs a request."""
    by_namespace: dict[str, list[tuple[Reference, Object]]] = {}
    running = [
        pod for pod in seen.within(PODS) if pod.text("status.phase") == "Running" and pod.each("spec.containers")
    ]
    chosen = running if seen.target.name else filter(_is_of_application, running)
    for workload, members in owners.by_workload(chosen).items():
        by_namespace.setdefault(workload.namespace, []).append((workload, members[0]))
    in_turn = (each for row in zip_longest(*by_namespace.values()) for each in row if each)
    for workload, pod in islice(in_turn, _MOST_SAMPLES):
        container = next(each for each in containers.of(pod) if each.role is Role.MAIN)
        lines = seen.logs(pod, container.name, tail=_TAIL).lines
        if lines:
            yield Sample(workload, f"{pod.name}_{pod.namespace}_{container.name}", lines)


def _is_of_application(pod: Object) -> bool:
    """Say whether a pod runs for its own sake: what runs on every node, or for the cluster, logs in other forms."""
    return pod.namespace not in _OF_THE_CLUSTER and pod.owner.text("kind") not in ("DaemonSet", "Node")


def _judged(seen: Snapshot, config: Object, rule: Rule, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Say what a rule does to records of several lines; failing such, that it begins none anywhere."""
    misfits = [(sample, verdict) for sample in samples if (verdict := multiline.judge(rule, sample.lines))]
    missed = [sample for sample in samples if multiline.meets_none(rule, sample.lines)]
    if misfits:
        _, verdict = misfits[0]
        yield _misfit(seen, config, rule, [sample for sample, _ in misfits], verdict)
    elif missed and not any(rule.starts(line) for sample in samples for line in sample.lines):
        line = multiline.first_line(missed[0].lines)
        yield _misfit(seen, config, rule, missed, Verdict(line, "begins none of the records that were looked at"))


def _misfit(seen: Snapshot, config: Object, rule: Rule, samples: Sequence[Sample], verdict: Verdict) -> Finding:
    first = samples[0]
    others = f" (and {len(samples) - 1} more of those looked at)" if len(samples) > 1 else ""
    restarted = " ".join(f"daemonset/{each.name}" for each in _mounting(seen, config))
    better = multiline.suggestion(multiline.first_line(first.lines))
    return START_PATTERN.found(
        config,
        f"{rule.option} {rule.pattern} {verdict.words}: {first.workload.spoken}{others} "
        f"writes {excerpts.first(verdict.line, 80)!r}",
        evidence={
            rule.option: rule.pattern,
            **({"filter": " ".join(rule.tags)} if rule.tags else {}),
            **{
                f"log of {sample.workload.spoken}": "\n".join(sample.lines[: excerpts.MOST_LINES]) for sample in samples
            },
        },
        next=f"kubectl edit configmap {config.name} -n {config.namespace}: let it meet the first line of a record and "
        "no "
        f"other{f', such as /{better}/' if better else ''}; then kubectl rollout restart {restarted} "
        f"-n {config.namespace}; applications that write another form need a filter each, by tag",
    )


def _overview(seen: Snapshot) -> Exhibit:
    agents = _agents(seen)
    return Exhibit(
        "Log agents" if agents else "No DaemonSet ships logs, as far as images tell: kubectl logs is all there is",
        ("DaemonSet", "image", "ready", "multi-line rules"),
        tuple(
            (
                f"{agent.namespace}/{agent.name}",
                ", ".join(_images(agent)),
                f"{agent.number('status.numberReady')}/{agent.number('status.desiredNumberScheduled')}",
                "; ".join(_rules_of(seen, agent)) or "none",
            )
            for agent in agents
        ),
    )


def _rules_of(seen: Snapshot, agent: Object) -> Iterator[str]:
    names = {name for volume in agent.each("spec.template.spec.volumes") for name in _names_in(volume)}
    for config in seen.all(CONFIG_MAPS, agent.namespace):
        if config.name in names:
            for rule in multiline.rules(_text(config)):
                yield rule.pattern + ("" if rule.can_be_run else " (not judged: it looks ahead or behind)")
