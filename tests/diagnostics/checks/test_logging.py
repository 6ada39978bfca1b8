"""Log agents: a rule for first lines is held against what pods write, and is said only where it does harm."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, PODS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

DATED = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}"
TRACE = "java.lang.IllegalStateException: no premium\n\tat com.example.Service.premium(Service.java:112)\n"
SPRING = f"2026-11-21 09:20:19.123  INFO 1 --- started\n2026-11-21 09:20:20.123 ERROR 1 --- failed\n{TRACE}"
BRACKETS = f"[2026-11-21 09:20:19.123][INFO ] started\n[2026-11-21 09:20:20.123][ERROR] failed\n{TRACE}"
BANNER = "  .   ____          _\n /\\\\ / ___'_ __ _ _(_)_ __\n"
JSON = '{"time":"2026-11-21T09:20:19Z","level":"info"}\n'


def concat(pattern, tags="kubernetes.**"):
    return f"<filter {tags}>\n  @type concat\n  key log\n  multiline_start_regexp {pattern}\n</filter>\n"


def config(text, name="fluentd-config"):
    return named(name, "logging", data={"fluent.conf": text})


def agent(mounts="fluentd-config", image="fluent/fluentd-kubernetes-daemonset:v1.17"):
    template = {"containers": [{"image": image}], "volumes": [{"name": "c", "configMap": {"name": mounts}}]}
    status = {"numberReady": 2, "desiredNumberScheduled": 2}
    return named("fluentd", "logging", spec={"template": {"spec": template}}, status=status)


def pod(name="api", namespace="shop", **metadata):
    container = {"name": "app"}
    return named(name, namespace, metadata=metadata, spec={"containers": [container]}, status={"phase": "Running"})


def judged(text, logs, *, pods=None, **options):
    return findings(
        "logging",
        {DAEMON_SETS: [agent()], CONFIG_MAPS: [config(text)], PODS: pods or [pod(name) for name in logs]},
        logs={f"{name}/app": log for name, log in logs.items()},
        **options,
    )


@pytest.mark.parametrize(
    "log",
    [SPRING, "1:M 21 Nov 2026 Ready to accept connections\n", JSON, BANNER + JSON, BANNER + SPRING, ""],
    ids=["meets it", "one line each", "JSON", "JSON after a banner", "after a banner", "nothing yet"],
)
def test_a_rule_that_fits_or_does_no_harm_is_left_alone(log):
    assert judged(concat(f"/{DATED}/"), {"api": log}) == []


def test_a_rule_that_begins_no_record_is_said_with_one_that_would():
    (found,) = judged(concat(f"/{DATED}/"), {"api": BRACKETS})

    assert str(found.object) == "ConfigMap/logging/fluentd-config"
    assert f"multiline_start_regexp {DATED} begins none" in found.title
    assert "Pod shop/api writes '[2026-11-21 09:20:19.123][INFO ] started'" in found.title
    assert r"/^\[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}/" in found.next


@pytest.mark.parametrize("pattern", [r"/^\S/", "/./", r"/^[\[\w]/"])
def test_a_rule_that_begins_records_within_a_stack_trace_is_said(pattern):
    (found,) = judged(concat(pattern), {"api": BRACKETS})

    assert "cut into pieces" in found.title


def test_a_rule_that_meets_no_dated_line_anywhere_is_said_without_a_stack_trace_too():
    undated = concat(r"/^\((D|E|T|I)\)\s\d{2}/")

    assert len(judged(undated, {"api": "2026-11-21 09:20:19 INFO started\n"})) == 1
    assert judged(undated, {"api": "2026-11-21 09:20:19 INFO started\n", "old": "(T) 11:09:04 started\n"}) == []


def test_workloads_that_suffer_alike_are_told_together():
    (found,) = judged(concat(f"/{DATED}/"), {"api": BRACKETS, "web": BRACKETS, "db": SPRING})

    assert "Pod shop/api (and 1 more of those looked at)" in found.title


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("kubernetes.**", 1),
        ("**", 1),
        ("kubernetes.var.log.containers.api**", 1),
        ("kubernetes.var.log.containers.billing*_shop_**", 0),
        ("kubernetes.var.log.containers.billing** kubernetes.var.log.containers.*_shop_*", 1),
    ],
)
def test_a_filter_is_for_the_containers_of_its_tags(tags, found):
    assert len(judged(concat(f"/{DATED}/", tags), {"api": BRACKETS})) == found


@pytest.mark.parametrize(
    "text",
    [
        "<source>\n  <parse>\n    @type multiline\n    format_firstline /^\\d{4}-/\n  </parse>\n</source>\n",
        '[MULTILINE_PARSER]\n    rule  "start_state"  "/^\\d{4}-/"  "cont"\n    rule "cont" "/^\\s+at/" "cont"\n',
        "parsers:\n  - rules:\n      - state: start_state\n        regex: '/^\\d{4}-/'\n        next_state: cont\n",
        "parsers:\n  - rules:\n      - regex: '/^\\d{4}-/'\n        state: start_state\n",
        concat(r"/^(?<year>\d{4})-/m"),
        concat(r'"/^\h{4}-/"'),
    ],
    ids=["format_firstline", "classic Fluent Bit", "Fluent Bit in YAML", "in another order", "Ruby's groups", "quoted"],
)
def test_every_form_of_a_rule_is_understood(text):
    assert len(judged(text, {"api": BRACKETS})) == 1
    assert judged(text, {"api": SPRING}) == []


def test_a_rule_in_a_comment_is_none():
    assert judged(concat(f"/{DATED}/").replace("  multiline_start", "  #multiline_start"), {"api": BRACKETS}) == []


def test_an_expression_that_could_backtrack_is_not_run():
    assert judged(concat(r"/^(?!\s)/"), {"api": BRACKETS}) == []


def test_a_configuration_that_no_agent_mounts_changes_nothing():
    objects = {DAEMON_SETS: [agent(mounts="other")], CONFIG_MAPS: [config(concat(f"/{DATED}/"))], PODS: [pod()]}

    assert codes("logging", objects, logs={"api/app": BRACKETS}) == []


@pytest.mark.parametrize(
    "other",
    [
        pod("proxy", "kube-system"),
        pod("agent", ownerReferences=[{"kind": "DaemonSet", "name": "a", "controller": True}]),
    ],
    ids=["of the cluster", "on every node"],
)
def test_what_runs_for_the_cluster_is_only_looked_at_when_asked_for(other):
    name, namespace = other["metadata"]["name"], other["metadata"]["namespace"]
    asked = Target(namespace, "a" if name == "agent" else name)

    assert judged(concat(f"/{DATED}/"), {name: BRACKETS}, pods=[other]) == []
    assert len(judged(concat(f"/{DATED}/"), {name: BRACKETS}, pods=[other], target=asked)) == 1


def test_a_few_logs_of_as_many_namespaces_as_there_are_suffice():
    crowd = [pod(f"a{n}", "alpha") for n in range(9)] + [pod("b", "beta")]
    logs = {each["metadata"]["name"]: SPRING for each in crowd} | {"b": BRACKETS}

    assert len(judged(concat(f"/{DATED}/"), logs, pods=crowd)) == 1


def test_the_log_agents_are_shown_with_their_rules():
    objects = {DAEMON_SETS: [agent()], CONFIG_MAPS: [config(concat(f"/{DATED}/"))], PODS: []}

    (shown,) = diagnosis.judge(CHECKS.get("logging"), snapshot(objects)).exhibits

    assert shown.rows == (("logging/fluentd", "fluent/fluentd-kubernetes-daemonset:v1.17", "2/2", DATED),)


def test_a_cluster_without_log_agent_is_told_so():
    (shown,) = diagnosis.judge(CHECKS.get("logging"), snapshot({DAEMON_SETS: [], CONFIG_MAPS: [], PODS: []})).exhibits

    assert "No DaemonSet ships logs" in shown.title
