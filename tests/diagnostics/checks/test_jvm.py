"""JVMs: what ran out of memory is said with the way to its heap dump, and a JVM that is well is left alone."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import CONFIG_MAPS, PODS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

DUMP = "-Xmx256m -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/dumps"
EXHAUSTED = "java.lang.OutOfMemoryError: Java heap space\n\tat Cache.put(Cache.java:9)\n"
DUMPED = (
    EXHAUSTED + "Dumping heap to /dumps/java_pid1.hprof ...\nHeap dump file created [268104322 bytes in 1.2 secs]\n"
)
CRASHED = {
    "restartCount": 3,
    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    "lastState": {"terminated": {"exitCode": 3, "reason": "Error", "finishedAt": "2026-11-21T09:59:00Z"}},
}
WELL = {"ready": True, "restartCount": 0, "state": {"running": {}}}
EMPTY_DIR = {"name": "dumps", "emptyDir": {}}
ASKED = Target("shop", "api")


def variable(value, name="JAVA_TOOL_OPTIONS"):
    return {"name": name, "value": value}


def pod(
    options="", *, status=CRASHED, mount="/dumps", volume=EMPTY_DIR, limit="512Mi", env=None, name="api", **container
):
    return named(
        name,
        spec={
            "containers": [
                {
                    "name": "app",
                    "env": env if env is not None else [variable(options)],
                    "resources": {"limits": {"memory": limit} if limit else {}},
                    "volumeMounts": [{"name": "dumps", "mountPath": mount, **container.pop("mounted", {})}],
                    **container,
                }
            ],
            "volumes": [volume],
        },
        status={"phase": "Running", "containerStatuses": [{"name": "app", **status}]},
    )


def judged(*pods, log=EXHAUSTED, config_maps=(), **options):
    logs = {f"{each['metadata']['name']}/app": log for each in pods}
    return findings("jvm", {PODS: list(pods), CONFIG_MAPS: list(config_maps)}, logs=logs, **options)


@pytest.mark.parametrize(
    "well",
    [
        pod("-Xmx256m", status=WELL),
        pod("-XX:MaxRAMPercentage=75 " + DUMP.removeprefix("-Xmx256m "), status=WELL),
        pod("", env=[], status=WELL),
        pod("-Xmx8g", status=WELL, limit=None),
        pod("-Xmx256m", status={**CRASHED, "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}),
    ],
    ids=["no dump is configured", "dumps to a volume", "no JVM", "no limit", "ended by the kernel, which others say"],
)
def test_a_jvm_that_has_not_run_out_of_memory_is_left_alone(well):
    assert judged(well, log="Started Application in 4.5 seconds\n") == []


def test_a_dump_on_a_volume_is_pointed_at():
    (found,) = judged(pod(DUMP), log=DUMPED)

    assert found.code == "jvm.heap-exhausted"
    assert "OutOfMemoryError: Java heap space" in found.title
    assert "/dumps on the emptyDir dumps, which outlives the container, not the pod" in found.title
    assert "api:/dumps/java_pid1.hprof" in found.next


def test_a_jvm_that_ran_out_of_room_for_its_classes_did_not_run_out_of_heap():
    (found,) = judged(pod("-XX:MaxMetaspaceSize=32m"), log="java.lang.OutOfMemoryError: Metaspace\n")

    assert "ran out of metaspace (java.lang.OutOfMemoryError: Metaspace)" in found.title


def test_a_dump_on_a_claim_outlives_the_pod_too():
    claim = {"name": "dumps", "persistentVolumeClaim": {"claimName": "heap-dumps"}}

    (found,) = judged(pod(DUMP, volume=claim))

    assert "/dumps on the persistentVolumeClaim heap-dumps" in found.title
    assert "not the pod" not in found.title


def test_a_dump_that_an_earlier_one_is_in_the_way_of_is_said():
    failed = EXHAUSTED + "Unable to create /dumps/java_pid1.hprof: File exists\n"

    (found,) = judged(pod(DUMP), log=failed)

    assert "the dump failed: Unable to create /dumps/java_pid1.hprof: File exists" in found.title


@pytest.mark.parametrize(
    "options",
    ["-Xmx256m", "", "-XX:+HeapDumpOnOutOfMemoryError -XX:-HeapDumpOnOutOfMemoryError"],
    ids=["other options", "none at all", "switched off again"],
)
def test_a_jvm_that_ran_out_of_heap_without_a_dump_is_told_how_to_make_one(options):
    (found,) = judged(pod(options))

    assert found.code == "jvm.no-dump"
    assert "HeapDumpOnOutOfMemoryError is not set" in found.title


@pytest.mark.parametrize(
    "crashed",
    [
        pod(env=[], command=["java"], args=[*DUMP.split(), "-jar", "app.jar"]),
        pod(env=[], command=["sh", "-c", f"exec java {DUMP} -jar app.jar"]),
        pod(env=[variable(DUMP, "JAVA_OPTS")]),
        pod(env=[variable(DUMP, "ES_JAVA_OPTS")]),
        pod(env=[variable("-XX:HeapDumpPath=/dumps", "WHERE"), variable(f"{DUMP} $(WHERE)", "CATALINA_OPTS")]),
        pod(env=[{"name": "JDK_JAVA_OPTIONS", "valueFrom": {"configMapKeyRef": {"name": "api", "key": "JAVA_OPTS"}}}]),
        pod(env=[], envFrom=[{"configMapRef": {"name": "api"}}]),
    ],
    ids=["arguments", "a shell's line", "JAVA_OPTS", "by product", "a reference", "a ConfigMap's key", "a ConfigMap"],
)
def test_options_are_found_wherever_they_stand(crashed):
    options = named("api", data={"JAVA_OPTS": DUMP})

    assert [each.code for each in judged(crashed, config_maps=[options])] == ["jvm.heap-exhausted"]


def test_options_of_the_image_are_known_from_the_log():
    log = f"Picked up JAVA_TOOL_OPTIONS: {DUMP}\n{EXHAUSTED}"

    assert [each.code for each in judged(pod(env=[]), log=log)] == ["jvm.heap-exhausted"]


def test_options_in_a_secret_are_not_read_and_that_is_said():
    hidden = pod(env=[], envFrom=[{"secretRef": {"name": "api-options"}}])

    (found,) = judged(hidden)

    assert "Secrets that may hold options are not read: api-options" in found.title


@pytest.mark.parametrize(
    ("crashed", "why"),
    [
        (pod(DUMP, mount="/data"), "no volume is mounted there"),
        (pod("-XX:+HeapDumpOnOutOfMemoryError"), "no HeapDumpPath is set"),
        (pod(DUMP, mounted={"readOnly": True}), "cannot be written to"),
        (pod(DUMP, volume={"name": "dumps", "emptyDir": {"medium": "Memory"}}), "counts against the container's own"),
        (
            pod(DUMP, volume={"name": "dumps", "emptyDir": {"sizeLimit": "100Mi"}}),
            "may hold 100Mi and the heap grow to 256Mi",
        ),
    ],
    ids=["elsewhere", "nowhere", "read-only", "in memory", "too small"],
)
def test_a_dump_that_would_not_last_is_said_before_it_is_needed(crashed, why):
    for pod_, log in ((crashed, EXHAUSTED), ({**crashed, "status": pod(status=WELL)["status"]}, "")):
        (found,) = judged(pod_, log=log)

        assert found.code == "jvm.dump-lost"
        assert why in found.title


@pytest.mark.parametrize(
    ("path", "mount"),
    [("/dumps/heap.hprof", "/dumps"), ("/dumps/api/", "/dumps/"), ("/tmp/x", "/"), ("/dumps", "/dumps/.")],
    ids=["a file", "a folder in it", "the root is mounted", "odd spelling"],
)
def test_a_path_below_a_mount_is_on_its_volume(path, mount):
    options = f"-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath={path}"

    assert [each.code for each in judged(pod(options, mount=mount))] == ["jvm.heap-exhausted"]


def test_a_jvm_out_of_threads_needs_no_heap_dump():
    log = "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process limits\n"

    (found,) = judged(pod("-Xmx256m"), log=log)

    assert found.code == "jvm.outside-heap"
    assert "ran out of threads" in found.title


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-Xmx512m", [("jvm.heap-too-large", "warning")]),
        ("-Xmx1g", [("jvm.heap-too-large", "warning")]),
        ("-XX:MaxHeapSize=500m", [("jvm.heap-too-large", "note")]),
        ("-XX:MaxRAMPercentage=95.0", [("jvm.heap-too-large", "note")]),
        ("-Xmx1g -Xmx256m", []),
        ("-XX:MaxRAMPercentage=80", []),
    ],
    ids=["equal", "larger", "nearly", "nearly, by share", "the last one counts", "with room"],
)
def test_a_heap_that_may_grow_up_to_the_limit_is_said(options, expected):
    found = judged(pod(options, status=WELL), log="")

    assert [(each.code, each.severity) for each in found] == expected


def test_two_library_paths_are_said_where_a_library_was_not_found_or_somebody_asks():
    both = [variable("-Djava.library.path=/a", "JAVA_OPTS"), variable("/a:/b", "LD_LIBRARY_PATH")]
    unlinked = "java.lang.UnsatisfiedLinkError: no scp in java.library.path: /a\n"

    assert [(each.code, each.severity) for each in judged(pod(env=both), log=unlinked)] == [
        ("jvm.library-path-twice", "warning")
    ]
    assert judged(pod(env=both, status=WELL), log="") == []
    assert [each.severity for each in judged(pod(env=both, status=WELL), log="", target=ASKED)] == ["note"]


def test_asked_for_by_name_the_log_of_a_jvm_that_goes_on_is_read():
    running = pod("-Xmx256m", status=WELL)

    assert judged(running) == []
    assert [each.code for each in judged(running, target=ASKED)] == ["jvm.no-dump"]


def test_a_password_among_the_options_is_masked():
    secret = pod(f"{DUMP} -Djavax.net.ssl.keyStorePassword=hunter2hunter2")
    seen = snapshot({PODS: [secret]}, logs={"api/app": EXHAUSTED})

    said = diagnosis.judge(CHECKS.get("jvm"), seen).findings
    shown = diagnosis.presentable(said, seen, diagnosis.NOTHING_EXCLUDED)

    assert "hunter2" in str(said)
    assert "hunter2" not in str(shown)


def test_jvms_are_shown_with_heap_limit_and_place_of_the_dump():
    seen = snapshot({PODS: [pod(DUMP, status=WELL), pod(env=[], name="web", status=WELL)]})

    (shown,) = diagnosis.judge(CHECKS.get("jvm"), seen).exhibits

    assert shown.rows == (("Pod shop/api", "app", "256Mi (-Xmx256m)", "512Mi", "/dumps on the emptyDir dumps", "0"),)


def test_odd_containers_hide_nothing():
    odd = named("odd", spec={"containers": [{"name": "x", "env": None, "command": "java"}]}, status=None)

    assert codes("jvm", {PODS: [odd, pod()]}, logs={"api/app": EXHAUSTED}) == ["jvm.no-dump"]
