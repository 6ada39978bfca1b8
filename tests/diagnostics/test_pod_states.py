"""Pods, as kubelets report them: every way in which a container does not come up is told by its own name."""

import pytest

from diagnostics.finding import Severity
from tests.diagnostics.states import State, conditions, container, of_pod, waits

BACK_OFF = "back-off 5m0s restarting failed container=app pod=api-7d9c5bd6f4-x2k7p_shop(1)"
SIDECAR = {"initContainers": [container("proxy", restartPolicy="Always")]}
INIT = {"initContainers": [container("migrate", image="registry.example.com/shop/migrate:9")]}


@pytest.fixture
def state():
    return State()


def said_of_deployment(state):
    """Return the one finding of a sweep, which is on the Deployment that the test made."""
    [finding] = state.findings()
    assert str(finding.object) == "Deployment/shop/api"
    return finding


def crashing(state, code, reason="Error", **last):
    ended = state.ended(code, reason, **last)
    status = of_pod(waits("CrashLoopBackOff", BACK_OFF, restarts=7, last=ended), phase="Running")
    return state.deployment("api", pods=1, status=status)[0]


@pytest.mark.parametrize(
    ("code", "reason", "words", "remedy"),
    [
        (0, "Completed", "exit code 0", "run it as a Job"),
        (1, "Error", "exit code 1", "ends by itself"),
        (126, "Error", "exit code 126, the command may not be executed", "chmod +x"),
        (127, "Error", "exit code 127, the command was not found", "put the program into the image"),
        (134, "Error", "exit code 134, SIGABRT", "aborted itself"),
        (137, "Error", "exit code 137, SIGKILL", "not its memory limit"),
        (139, "Error", "exit code 139, SIGSEGV", "memory that is not its own"),
        (143, "Error", "exit code 143, SIGTERM", "asked it to stop"),
    ],
)
def test_an_exit_code_is_told_with_what_it_means(state, code, reason, words, remedy):
    crashing(state, code, reason)

    found = said_of_deployment(state)

    assert found.code == "pods.crash-loop"
    assert words in found.title
    assert remedy in found.next


@pytest.mark.parametrize(
    ("code", "event", "message", "expected"),
    [
        (137, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", "pods.liveness-killed"),
        (0, "Unhealthy", "Liveness probe failed: command timed out", "pods.liveness-killed"),
        (143, "Unhealthy", "Startup probe failed: dial tcp 10.95.241.77:8080: connect: refused", "pods.startup-killed"),
        (137, "FailedPostStartHook", "PostStartHook failed", "pods.cannot-start"),
        (1, "Unhealthy", "Liveness probe failed: connection refused", "pods.crash-loop"),
    ],
)
def test_a_container_that_the_kubelet_stops_is_told_from_one_that_ends_by_itself(state, code, event, message, expected):
    state.event(crashing(state, code), "Pod", event, message, field="spec.containers{app}")

    assert said_of_deployment(state).code == expected


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("exec /app/server: exec format error", "another architecture"),
        ("mkdir: can't create directory '/var/log/app': Read-only file system", "mount an emptyDir"),
        ("open /data/app.log: permission denied", "fsGroup"),
        ("Error: listen EADDRINUSE: address already in use 0.0.0.0:8080", "want the same port"),
        ("KeyError: 'DB_PASSWORD'", "ends by itself"),
        ("ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.1' (using password: YES)", "compare the Secret"),
        ("FATAL: permission denied for table orders", "GRANT"),
        ("git@example.com: Permission denied (publickey).", "key that the server knows"),
        ("Error: Cannot find module 'express'", "image lacks a part"),
        ("flag provided but not defined: -lissten", "correct args"),
        ("dial tcp 10.95.200.9:5432: connect: connection refused", "nothing listens where it asks"),
        ('nginx: [emerg] host not found in upstream "api"', "is the name right"),
        ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "its own heap is full"),
        ("LockException: Could not acquire change log lock. Currently locked by api-1", "release it"),
    ],
)
def test_the_last_words_of_a_program_say_what_to_do_about_its_crash(state, said, remedy):
    state.log(crashing(state, 1), said, previous=True)

    found = said_of_deployment(state)

    assert said in found.title
    assert remedy in found.next


def test_what_a_program_said_last_is_quoted_though_no_word_of_it_speaks_of_failure(state):
    state.log(crashing(state, 2), "ERROR bad flag\nrun with --help to see which there are", previous=True)

    assert "run with --help" in said_of_deployment(state).evidence["log"]


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (
            'errored and resulted in unknown state: exec: "curl": executable file not found in $PATH: unknown',
            "probe's command is not in the image",
        ),
        (
            'errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
            "port that no container",
        ),
        ("failed: dial tcp 10.95.241.77:8081: connect: connection refused", "nothing listens on the port"),
        ("failed: HTTP probe failed with statuscode: 404", "path of the probe does not exist"),
        ("failed: HTTP probe failed with statuscode: 401", "wants a login"),
        ("failed: HTTP probe failed with statuscode: 503", "until then no Service sends to it"),
    ],
)
def test_what_a_probe_was_answered_says_what_to_do_about_it(state, said, remedy):
    [pod] = state.deployment("api", pods=1, status=of_pod(state.runs(ready=False), phase="Running"))
    state.event(pod, "Pod", "Unhealthy", f"Readiness probe {said}")

    found = said_of_deployment(state)

    assert found.code == "pods.not-ready"
    assert remedy in found.next


@pytest.mark.parametrize(
    ("reason", "message", "remedy"),
    [
        ("Evicted", 'Usage of EmptyDir volume "cache" exceeds the limit "10Mi". ', "sizeLimit"),
        (
            "Evicted",
            "Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. ",
            "raise the limit",
        ),
        ("Evicted", "The node was low on resource: memory. Threshold quantity: 100Mi", "what fills the node"),
        ("NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed", "nodeName"),
        ("OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000", "nodeName"),
        (
            "SysctlForbidden",
            'Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted',
            "allowedUnsafe",
        ),
    ],
)
def test_a_pod_that_its_kubelet_refused_or_evicted_is_told_with_what_to_do_about_it(state, reason, message, remedy):
    state.deployment("api", pods=1, status={"phase": "Failed", "reason": reason, "message": message})

    found = said_of_deployment(state)

    assert f"{reason}: {message[:20]}" in found.title
    assert remedy in found.next


def test_a_probe_that_fails_beside_a_crash_is_said_with_it(state):
    failure = "Liveness probe failed: HTTP probe failed with statuscode: 500"
    state.event(crashing(state, 2), "Pod", "Unhealthy", failure, field="spec.containers{app}")

    found = said_of_deployment(state)

    assert found.code == "pods.crash-loop"
    assert found.evidence["event Unhealthy"] == failure
    assert "its liveness probe fails, too" in found.next


def test_a_probe_of_another_container_is_not_held_against_this_one(state):
    state.event(crashing(state, 137), "Pod", "Unhealthy", "Liveness probe failed: x", field="spec.containers{other}")

    assert said_of_deployment(state).code == "pods.crash-loop"


@pytest.mark.parametrize(
    ("reason", "message", "remedy"),
    [
        ("CreateContainerConfigError", "container has runAsNonRoot and image will run as root", "runAsUser"),
        ("CreateContainerConfigError", 'failed to prepare subPath for volumeMount "conf"', "subPath"),
        ("CreateContainerError", "failed to apply OCI options: no command specified", "no command of its own"),
        ("CreateContainerError", 'failed to reserve container name: name "app" is reserved for "abc"', "still holds"),
        ("RunContainerError", 'exec: "/app/server": permission denied: unknown', "chmod +x"),
        ("RunContainerError", 'chdir to cwd ("/srv") set in config.json failed: permission denied', "workingDir"),
        ("CreateContainerError", "unable to find user app: no matching entries in passwd file", "runAsUser"),
        ("RunContainerError", "exec /app/server: exec format error", "architecture"),
        ("RunContainerError", 'error mounting "conf" to rootfs at "/etc/app.conf": not a directory', "subPath"),
        ("PostStartHookError", 'Exec lifecycle hook ([/bin/warm]) for Container "app" failed', "lifecycle hook"),
    ],
)
def test_a_container_that_cannot_be_started_is_told_with_what_to_do_about_it(state, reason, message, remedy):
    state.deployment("api", pods=1, status=of_pod(waits(reason, message)))

    found = said_of_deployment(state)

    assert found.code == "pods.cannot-start"
    assert remedy in found.next


PULL = 'Back-off pulling image "r/x:1": ErrImagePull: failed to pull and unpack image "r/x:1": '
RESOLVE = f'{PULL}failed to resolve reference "r/x:1": '


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (f"{RESOLVE}unexpected status from HEAD request to https://r/v2/: 429 Too Many Requests", "limits how much"),
        (f"{RESOLVE}failed to authorize: 401 Unauthorized", "imagePullSecrets"),
        (f"{RESOLVE}unexpected status from HEAD request to https://r/v2/x: 403 Forbidden", "imagePullSecrets"),
        (f"{RESOLVE}pull access denied, repository does not exist or may require authorization", "imagePullSecrets"),
        (f"{RESOLVE}failed to do request: dial tcp: lookup r on 10.95.0.2:53: no such host", "reach the registry"),
        (f"{RESOLVE}failed to do request: dial tcp 10.0.0.9:443: i/o timeout", "reach the registry"),
        (f"{RESOLVE}tls: failed to verify certificate: x509: signed by unknown authority", "certificate authority"),
        (f"{RESOLVE}http: server gave HTTP response to HTTPS client", "plain HTTP"),
        (f"{PULL}no match for platform in manifest: not found", "architecture"),
        (
            f"{PULL}failed to extract layer: write /var/lib/containerd/x: no space left on device",
            "free the node's disk",
        ),
        (f"{RESOLVE}r/x:1: not found", "push that tag"),
    ],
)
def test_what_a_registry_answers_is_told_with_what_to_do_about_it(state, message, remedy):
    state.deployment("api", pods=1, status=of_pod(waits("ImagePullBackOff", message)))

    found = said_of_deployment(state)

    assert found.code == "pods.image-pull"
    assert "Back-off pulling" not in found.title
    assert remedy in found.next


def test_what_a_registry_answers_is_not_begun_with_the_name_of_the_image_again(state):
    state.deployment("api", pods=1, status=of_pod(waits("ImagePullBackOff", f"{RESOLVE}r/x:1: not found")))

    assert "(ImagePullBackOff): r/x:1: not found" in said_of_deployment(state).title


@pytest.mark.parametrize(
    ("plugin", "remedy"),
    [
        ('plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address', "subnets"),
        ('plugin type="host-local" failed (add): no IP addresses available in range set: 10.244.1.1', "podCIDR"),
    ],
)
def test_addresses_that_ran_out_are_told_with_where_more_come_from(state, plugin, remedy):
    unmade = {"phase": "Pending", "conditions": conditions(ready=False)}
    status = {**unmade, "containerStatuses": [waits("ContainerCreating")]}
    [pod] = state.deployment("api", pods=1, status=status)
    state.event(pod, "Pod", "FailedCreatePodSandBox", f'failed to setup network for sandbox "9f0c": {plugin}')

    said = next(each for each in state.findings() if each.code == "cni.no-addresses")

    assert remedy in said.next


@pytest.mark.parametrize("reason", ["ErrImageNeverPull", "SignatureValidationFailed", "RegistryUnavailable"])
def test_an_image_that_is_not_pulled_at_all_is_an_image_that_is_waited_for(state, reason):
    state.deployment("api", pods=1, status=of_pod(waits(reason, "not present with pull policy of Never")))

    assert said_of_deployment(state).code == "pods.image-pull"


def test_the_registrys_answer_is_taken_from_the_event_where_the_status_only_says_that_it_waits(state):
    image = "registry.example.com/shop/migrate:9"
    waiting = waits("ImagePullBackOff", f'Back-off pulling image "{image}"', name="migrate")
    status = of_pod(waits("PodInitializing"), init=[waiting])
    [pod] = state.deployment("api", pods=1, spec=INIT, status=status)
    state.event(pod, "Pod", "Failed", f'Failed to pull image "{image}": {image}: not found')
    state.event(pod, "Pod", "Failed", "Error: ImagePullBackOff")

    assert f"{image}: not found" in said_of_deployment(state).title


def test_a_pull_secret_that_does_not_exist_is_named(state):
    status = of_pod(waits("ImagePullBackOff", f"{RESOLVE}failed to authorize: 401 Unauthorized"))
    [pod] = state.deployment("api", pods=1, spec={"imagePullSecrets": [{"name": "regcred"}]}, status=status)
    retrieving = "Unable to retrieve some image pull secrets (regcred); attempting to pull may not succeed."
    state.event(pod, "Pod", "FailedToRetrieveImagePullSecret", retrieving)

    found = said_of_deployment(state)

    assert str(found.cause) == "Secret/shop/regcred"
    assert "its pull secret regcred does not exist" in found.title


@pytest.mark.parametrize("started", [True, False], ids=["readiness", "startup"])
def test_a_sidecar_that_is_not_ready_is_said(state, started):
    probe = "Readiness" if started else "Startup"
    sidecar = state.runs("proxy", ready=False, started=started)
    status = of_pod(state.runs("app") if started else waits("PodInitializing"), phase="Running", init=[sidecar])
    [pod] = state.deployment("api", pods=1, spec=SIDECAR, status=status)
    state.event(pod, "Pod", "Unhealthy", f"{probe} probe failed: statuscode: 503", field="spec.initContainers{proxy}")

    found = said_of_deployment(state)

    assert found.code == "pods.not-ready"
    assert f"sidecar proxy runs and is not ready: {probe} probe failed" in found.title


def test_an_init_container_that_does_not_end_is_said_with_its_log(state):
    status = of_pod(waits("PodInitializing"), init=[state.runs("migrate", ready=False, minutes=25)])
    [pod] = state.deployment("api", pods=1, spec=INIT, status=status)
    state.log(pod, "connection to db:5432 timed out, trying again", "migrate")

    found = next(each for each in state.findings() if each.code == "pods.init-lasts")

    assert "init container migrate runs for 25m" in found.title
    assert "its log: connection to db:5432 timed out" in found.title


def test_an_init_container_that_began_a_moment_ago_is_let_alone(state):
    status = of_pod(waits("PodInitializing"), init=[state.runs("migrate", ready=False, minutes=1)])
    state.pod("debug", spec=INIT, status=status)

    assert state.findings() == []


def test_a_readiness_gate_that_nobody_opens_is_named(state):
    gate = "target-health.elbv2.k8s.aws/k8s-shop-api"
    status = of_pod(state.runs("app"), phase="Running")
    status["conditions"] = conditions(ready=False)
    status["conditions"][2] |= {"reason": "ReadinessGatesNotReady"}
    state.deployment("api", pods=2, spec={"readinessGates": [{"conditionType": gate}]}, status=status)

    found = said_of_deployment(state)

    assert found.code == "pods.not-ready"
    assert gate in found.title


def creating(state, reason, message, spec=None):
    status = {
        "phase": "Pending",
        "conditions": conditions(ready=False),
        "containerStatuses": [waits("ContainerCreating")],
    }
    [pod] = state.deployment("api", pods=1, spec=spec, status=status)
    if reason:
        state.event(pod, "Pod", reason, message)
    return said_of_deployment(state)


@pytest.mark.parametrize(
    ("reason", "message", "remedy"),
    [
        (
            "FailedCreatePodSandBox",
            'failed to get sandbox runtime: no runtime for "gvisor" is configured',
            "RuntimeClass",
        ),
        ("FailedMount", 'MountVolume.SetUp failed for volume "h" : hostPath type check failed', "DirectoryOrCreate"),
        ("FailedMount", 'MountVolume.SetUp failed for volume "s" : failed to mount secrets store objects', "provider"),
        ("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already used', "ReadWriteMany"),
        ("FailedCreatePodContainer", "unable to ensure pod container exists: no space left on device", "crictl rmi"),
        (
            "FailedCreatePodSandBox",
            'failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull: i/o timeout',
            "pause image",
        ),
        ("FailedCreatePodSandBox", "container init was OOM-killed (memory limit too low?)", "raise the memory limit"),
        (
            "FailedMount",
            'failed to get secretproviderclass shop/keys, error: SecretProviderClass "keys" not found',
            "create the SecretProviderClass",
        ),
        ("FailedMount", 'MountVolume.SetUp failed for volume "share" : mount.nfs: Connection timed out', "port 2049"),
        ("FailedMount", "'fsck' found errors on device /dev/nvme1n1 but could not correct them", "rescue pod"),
        (
            "FailedMount",
            'NewMounter initialization failed: path "/mnt/disks/a" does not exist',
            "make that path on the node",
        ),
    ],
)
def test_a_pod_that_is_not_made_is_told_with_what_to_do_about_it(state, reason, message, remedy):
    found = creating(state, reason, message)

    assert found.code == "pods.stuck-creating"
    assert remedy in found.next


@pytest.mark.parametrize(
    ("volume", "message", "cause"),
    [
        ({"secret": {"secretName": "api-tls"}}, "references non-existent secret key: tls.crt", "Secret/shop/api-tls"),
        ({"configMap": {"name": "conf"}}, "references non-existent config key: app.yaml", "ConfigMap/shop/conf"),
        (
            {"projected": {"sources": [{"secret": {"name": "ca"}}]}},
            "references non-existent secret key: ca.crt",
            "Secret/shop/ca",
        ),
    ],
)
def test_a_key_that_a_volume_misses_is_told_with_the_object_that_lacks_it(state, volume, message, cause):
    spec = {"volumes": [{"name": "files", **volume}]}

    found = creating(state, "FailedMount", f'MountVolume.SetUp failed for volume "files" : {message}', spec)

    assert (found.code, str(found.cause)) == ("pods.config-missing", cause)


def test_a_pod_of_which_the_kubelet_says_nothing_is_said_of_deployment(state):
    assert "the kubelet of its node does not say why" in creating(state, "", "").title


def test_scheduling_gates_that_nobody_takes_off_are_named(state):
    message = "Scheduling is blocked due to non-empty scheduling gates"
    gated = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": message}
    spec = {"schedulingGates": [{"name": "example.com/quota"}]}
    state.deployment("api", pods=1, node=None, spec=spec, status={"phase": "Pending", "conditions": [gated]})

    found = next(each for each in state.findings() if each.code == "pods.gated")

    assert "example.com/quota" in found.title


def test_a_pod_that_failed_by_itself_is_said_with_its_exit_code_and_its_log(state):
    ended = {"name": "app", "restartCount": 0, "state": {"terminated": state.ended(3)}, "lastState": {}}
    pod = state.pod("backfill", status={"phase": "Failed", "containerStatuses": [ended]})
    state.log(pod, "FATAL: no such table: orders")

    [found] = state.findings()

    assert found.code == "pods.failed"
    assert "exit code 3: FATAL: no such table" in found.title


@pytest.mark.parametrize(
    ("finalizers", "event", "words"),
    [
        (["example.com/cleanup"], "", "held by its finalizers: example.com/cleanup"),
        ([], "error killing pod: context deadline exceeded", "its kubelet cannot end it: error killing pod"),
    ],
)
def test_a_pod_that_does_not_go_is_told_with_what_holds_it(state, finalizers, event, words):
    [pod] = state.deployment("api", pods=1)
    pod["metadata"] |= {"deletionTimestamp": state.ago(minutes=20), "finalizers": finalizers}
    if event:
        state.event(pod, "Pod", "FailedKillPod", event)

    found = said_of_deployment(state)

    assert found.severity is Severity.WARNING
    assert words in found.title


def running_again(state, last, *, restarts, minutes):
    """Add a Deployment whose container is ready at the moment, `minutes` after it was started again."""
    status = {"phase": "Running", "conditions": conditions()}
    runs = state.runs(restarts=restarts, last=last, minutes=minutes)
    return state.pod("api", status={**status, "containerStatuses": [runs]})


@pytest.mark.parametrize("restarts", [1, 12])
def test_a_container_that_was_killed_for_its_memory_lately_is_said_though_it_is_ready(state, restarts):
    running_again(state, state.ended(137, "OOMKilled", minutes=20), restarts=restarts, minutes=19)

    [found] = state.findings()

    assert (found.code, found.severity) == ("pods.oom-killed", Severity.WARNING)
    assert "128Mi" in found.title


@pytest.mark.parametrize("restarts", [2, 9])
def test_a_container_that_runs_between_two_kills_of_its_probe_is_said_though_it_is_ready(state, restarts):
    pod = running_again(state, state.ended(137, minutes=4), restarts=restarts, minutes=3)
    state.event(pod, "Pod", "Unhealthy", "Liveness probe failed: context deadline exceeded")

    assert [each.code for each in state.findings()] == ["pods.liveness-killed"]


@pytest.mark.parametrize(
    ("lasted", "runs", "expected"),
    [(9, 2, ("pods.crash-loop", Severity.WARNING)), (1, 30, ("pods.restarted", Severity.NOTE))],
    ids=["has not run as long as before", "has run for longer than ever"],
)
def test_a_container_that_ended_often_is_trusted_once_it_runs_longer_than_before(state, lasted, runs, expected):
    last = {**state.ended(1, minutes=runs + 1), "startedAt": state.ago(minutes=runs + 1 + lasted)}
    running_again(state, last, restarts=9, minutes=runs)

    assert [(each.code, each.severity) for each in state.findings()] == [expected]


@pytest.mark.parametrize(
    ("message", "said"), [("policy no-root rejects it", "policy no-root rejects it"), ("", "ErrOfTomorrow")]
)
def test_a_container_that_waits_for_a_reason_that_nobody_knows_is_said(state, message, said):
    state.deployment("api", pods=1, status=of_pod(waits("ErrOfTomorrow", message)))

    found = said_of_deployment(state)

    assert found.code == "pods.cannot-start"
    assert said in found.title
    assert "ErrOfTomorrow" in found.evidence.values()


def test_an_image_that_is_mounted_is_told_from_the_containers_own(state):
    model = "registry.example.com/models/llm:9"
    volume = {"name": "model", "image": {"reference": model}}
    mounting = container(volumeMounts=[{"name": "model", "mountPath": "/model"}])
    waiting = waits("ImagePullBackOff", f'Back-off pulling image "{model}": ErrImagePull: {model}: not found')
    state.deployment("api", pods=1, spec={"volumes": [volume], "containers": [mounting]}, status=of_pod(waiting))

    found = said_of_deployment(state)

    assert found.code == "pods.image-pull"
    assert f"waits for the image {model} of its volume model" in found.title
    assert found.evidence["spec.volumes[model].image.reference"] == model


@pytest.mark.parametrize(
    ("reason", "message", "remedy"),
    [
        ("FailedPrepareDynamicResources", "DRA driver gpu.example.com is not registered", "resourceclaims"),
        ("FailedOfTomorrow", "something that no kubelet said yet", "the kubelet of its node tells more"),
    ],
)
def test_what_the_kubelet_says_of_a_pod_that_it_does_not_make_is_quoted(state, reason, message, remedy):
    [pod] = state.deployment("api", pods=1, status=of_pod(waits("ContainerCreating")))
    state.event(pod, "Pod", reason, message)

    found = said_of_deployment(state)

    assert found.code == "pods.stuck-creating"
    assert message in found.title
    assert remedy in found.next


@pytest.mark.parametrize(
    ("condition", "severity", "words"),
    [
        (
            {"type": "PodResizePending", "reason": "Infeasible"},
            Severity.WARNING,
            "never can be on its node (Infeasible)",
        ),
        ({"type": "PodResizeInProgress", "reason": "Error"}, Severity.WARNING, "fails (Error)"),
        ({"type": "PodResizePending", "reason": "Deferred"}, Severity.NOTE, "has waited 2h for room"),
    ],
)
def test_a_resize_that_a_node_does_not_follow_is_said(state, condition, severity, words):
    changed = {"status": "True", "message": "cpu: 64 asked", "lastTransitionTime": state.ago(hours=2)}
    for pod in state.deployment("api"):
        pod["status"]["conditions"].append({**condition, **changed})

    found = said_of_deployment(state)

    assert (found.code, found.severity) == ("pods.resize-refused", severity)
    assert words in found.title
    assert "2 of 2 pods" in found.title


@pytest.mark.parametrize(
    ("of_pod_", "of_container"),
    [({"restartPolicy": "Never"}, {}), ({}, {"restartPolicy": "Never"})],
    ids=["pod", "own"],
)
def test_a_container_that_ended_for_good_beside_one_that_runs_is_said(state, of_pod_, of_container):
    ended = {"name": "worker", "ready": False, "restartCount": 0, "state": {"terminated": state.ended(2, minutes=20)}}
    members = [container(), container("worker", **of_container)]
    status = of_pod(state.runs(), ended, phase="Running")
    state.deployment("api", pods=1, spec={"containers": members, **of_pod_}, status=status)

    found = said_of_deployment(state)

    assert (found.code, found.severity) == ("pods.failed", Severity.CRITICAL)
    assert "container worker ended with exit code 2 and is not started again" in found.title


def test_an_end_that_no_kubelet_saw_is_not_taken_for_a_kill(state):
    lost = {"exitCode": 137, "reason": "ContainerStatusUnknown", "finishedAt": None}
    status = {"phase": "Failed", "containerStatuses": [{"name": "app", "state": {"terminated": lost}}]}
    state.pod("api", status=status)

    [found] = state.findings()

    assert "nobody knows how it ended" in found.title
    assert "SIGKILL" not in found.title
