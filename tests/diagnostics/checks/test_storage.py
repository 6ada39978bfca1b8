"""Storage: what keeps a claim or a pod from its volume is said, and what only waits its turn is not."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import (
    EVENTS,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    STORAGE_CLASSES,
    VOLUME_ATTACHMENTS,
)
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

LONG_AGO = "2026-11-20T10:00:00Z"
JUST_NOW = "2026-11-21T09:59:50Z"
DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}
CHOSEN = {"volume.kubernetes.io/selected-node": "ip-10-0-0-1"}
MULTI_ATTACH = (
    "FailedAttachVolume",
    'Multi-Attach error for volume "pv-1" Volume is already exclusively attached to one node',
)


def claim(phase="Pending", name="data", annotations=None, created=LONG_AGO, conditions=(), capacity=None, **spec):
    return named(
        name,
        metadata={"annotations": annotations or {}, "creationTimestamp": created},
        spec={"resources": {"requests": {"storage": "10Gi"}}, "accessModes": ["ReadWriteOnce"], **spec},
        status={
            "phase": phase,
            "conditions": list(conditions),
            "capacity": {"storage": capacity} if capacity else None,
        },
    )


def storage_class(name="gp3", provisioner="ebs.csi.aws.com", mode="Immediate", annotations=None, created=LONG_AGO):
    metadata = {"annotations": annotations or {}, "creationTimestamp": created}
    return named(name, namespace="", metadata=metadata, provisioner=provisioner, volumeBindingMode=mode)


def volume(name="pv-1", phase="Available", since=LONG_AGO, **spec):
    return named(
        name,
        namespace="",
        metadata={"creationTimestamp": LONG_AGO},
        spec={"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], **spec},
        status={"phase": phase, "lastPhaseTransitionTime": since},
    )


def pod(name="db-0", claim_name="data", phase="Pending", node="ip-10-0-0-1", **spec):
    volumes = [{"name": "store", "persistentVolumeClaim": {"claimName": claim_name}}]
    return named(name, spec={"nodeName": node, "volumes": volumes, **spec}, status={"phase": phase})


def event(about, reason, message):
    return named("event", type="Warning", reason=reason, message=message, involvedObject={"uid": f"uid-of-{about}"})


def attached_to(node, to="pv-1", attached=True, **status):
    return named(
        f"csi-{node}",
        namespace="",
        spec={"nodeName": node, "source": {"persistentVolumeName": to}},
        status={"attached": attached, **status},
    )


def judged(claims, *, classes=(), volumes=(), pods=(), events=(), attachments=(), **options):
    return findings(
        "storage",
        {
            PERSISTENT_VOLUME_CLAIMS: claims,
            STORAGE_CLASSES: list(classes),
            PERSISTENT_VOLUMES: list(volumes),
            PODS: list(pods),
            EVENTS: list(events),
            VOLUME_ATTACHMENTS: list(attachments),
        },
        **options,
    )


@pytest.mark.parametrize(
    ("waiting", "others"),
    [
        (claim("Bound", volumeName="pv-1"), {}),
        (claim(storageClassName="gp3"), {"classes": [storage_class(mode="WaitForFirstConsumer")]}),
        (claim(storageClassName="gp3", created=JUST_NOW), {"classes": [storage_class()]}),
        (claim(created=JUST_NOW), {"classes": [storage_class(annotations=DEFAULT)]}),
        (claim(storageClassName="by-hand"), {"volumes": [volume(storageClassName="by-hand")]}),
        (
            claim(storageClassName="local"),
            {"classes": [storage_class("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer")]},
        ),
    ],
    ids=[
        "bound",
        "waits for its first pod",
        "made a moment ago",
        "about to get the default class",
        "a free volume of a class that is only a name",
        "local, and no pod wants it",
    ],
)
def test_a_claim_that_has_its_volume_or_waits_its_turn_is_in_order(waiting, others):
    assert judged([waiting], **others) == []


def test_a_claim_without_class_wants_a_default_one():
    (found,) = judged([claim()], classes=[storage_class("gp2")])

    assert "names no storage class, and the cluster has no default one (there are: gp2)" in found.title


def test_claims_that_name_a_class_that_does_not_exist_share_one_cause():
    found = judged([claim(name="a", storageClassName="gp3"), claim(name="b", storageClassName="gp3")])

    assert [each.code for each in found] == ["storage.claim-pending"] * 2
    assert {str(each.cause) for each in found} == {"StorageClass//gp3"}
    assert "gp3 is not found" in found[0].title


def test_the_class_may_stand_in_the_old_annotation():
    old = claim(annotations={"volume.beta.kubernetes.io/storage-class": "fast"})

    assert "fast is not found" in judged([old])[0].title


def test_a_provisioner_that_fails_is_quoted():
    message = "failed to provision volume: UnauthorizedOperation: You are not authorized to perform ec2:CreateVolume"
    failed = event("data", "ProvisioningFailed", message)

    (found,) = judged([claim(storageClassName="gp3")], classes=[storage_class()], events=[failed])

    assert "ebs.csi.aws.com fails (ProvisioningFailed)" in found.title
    assert "AmazonEBSCSIDriverPolicy" in found.next


def test_a_provisioner_that_says_nothing_does_not_run():
    selected = claim(storageClassName="gp2", annotations=CHOSEN)
    in_tree = storage_class("gp2", "kubernetes.io/aws-ebs", "WaitForFirstConsumer")

    (found,) = judged([selected], classes=[in_tree])

    assert "kubernetes.io/aws-ebs has made no volume" in found.title
    assert "aws-ebs-csi-driver" in found.next


def test_a_pod_that_wants_a_local_volume_where_none_is_free_makes_its_claim_a_finding():
    local = storage_class("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer")
    small = volume(storageClassName="local", capacity={"storage": "1Gi"})

    (found,) = judged([claim(storageClassName="local")], classes=[local], volumes=[small], pods=[pod(node=None)])

    assert "none that is free fits" in found.title


def test_the_volume_of_an_earlier_claim_of_the_same_name_is_pointed_at():
    left = volume(
        phase="Released",
        storageClassName="",
        claimRef={"namespace": "shop", "name": "data", "uid": "another"},
        persistentVolumeReclaimPolicy="Retain",
    )

    (found,) = judged([claim(storageClassName="")], volumes=[left])

    assert "pv-1 is Released and still belongs to an earlier claim" in found.title
    assert "kubectl patch pv pv-1" in found.next


def test_a_claim_that_asks_for_a_volume_by_name_needs_that_one():
    taken = volume(phase="Bound", claimRef={"namespace": "other", "name": "data"})

    assert "which is not found" in judged([claim(volumeName="pv-9")])[0].title
    assert "which is Bound, bound to other/data" in judged([claim(volumeName="pv-1")], volumes=[taken])[0].title


def test_asked_by_name_a_claim_says_that_it_waits_for_its_first_pod():
    late = storage_class(mode="WaitForFirstConsumer")

    (found,) = judged([claim(storageClassName="gp3")], classes=[late], target=Target("shop", "data"))

    assert (found.code, found.severity) == ("storage.claim-waits", "note")


def test_a_lost_claim_is_said_with_its_pods():
    (found,) = judged([claim("Lost", volumeName="pv-1")], pods=[pod(phase="Running")])

    assert found.code == "storage.claim-lost"
    assert "Pod db-0" in found.evidence


def test_a_volume_on_another_node_is_said_with_that_node():
    (found,) = judged(
        [claim("Bound", volumeName="pv-1")],
        pods=[pod()],
        events=[event("db-0", *MULTI_ATTACH)],
        attachments=[attached_to("ip-10-0-0-9")],
    )

    assert found.code == "storage.not-attached"
    assert "Multi-Attach error" in found.title
    assert "attached to ip-10-0-0-9" in found.title
    assert [str(blame) for blame in found.blames] == ["Node//ip-10-0-0-9", "Pod/shop/db-0"]


def test_an_attachment_that_failed_tells_after_its_event_is_gone():
    refused = attached_to("ip-10-0-0-1", attached=False, attachError={"message": "UnauthorizedOperation"})

    (found,) = judged([claim("Bound", volumeName="pv-1")], pods=[pod()], attachments=[refused])

    assert "attachError): UnauthorizedOperation" in found.title


@pytest.mark.parametrize(
    "message",
    [
        'MountVolume.MountDevice failed for volume "pv-1" : rpc error: driver name efs.csi.aws.com not found',
        'MountVolume.SetUp failed for volume "store" : mount failed: access denied by server',
        "Unable to attach or mount volumes: unmounted volumes=[store], unattached volumes=[store kube-api-access-x]",
    ],
    ids=["by the volume's name", "by the pod's name for it", "by the list of unmounted ones"],
)
def test_a_failed_mount_is_told_of_the_claim_that_it_is_about(message):
    bound = [claim("Bound", volumeName="pv-1"), claim("Bound", name="other", volumeName="pv-2")]

    found = judged(bound, pods=[pod()], events=[event("db-0", "FailedMount", message)])

    assert [str(each.object) for each in found] == ["PersistentVolumeClaim/shop/data"]


def test_a_missing_config_map_is_no_matter_of_storage():
    missing = event("db-0", "FailedMount", 'MountVolume.SetUp failed for volume "conf" : configmap "conf" not found')

    assert judged([claim("Bound", volumeName="pv-1")], pods=[pod()], events=[missing]) == []


def test_a_mount_that_failed_before_the_pod_ran_has_passed():
    bound, running = claim("Bound", volumeName="pv-1"), pod(phase="Running")

    assert judged([bound], pods=[running], events=[event("db-0", *MULTI_ATTACH)]) == []


def test_an_ephemeral_volume_has_a_claim_named_after_pod_and_volume():
    scratch = pod(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}}])
    bound = claim("Bound", name="db-0-scratch", volumeName="pv-1")

    assert len(judged([bound], pods=[scratch], events=[event("db-0", *MULTI_ATTACH)])) == 1


def test_a_volume_that_cannot_grow_is_said_with_both_sizes():
    growing = claim("Bound", volumeName="pv-1", capacity="5Gi")
    failed = event("data", "VolumeResizeFailed", "VolumeModificationRateExceeded")

    (found,) = judged([growing], events=[failed])

    assert (found.code, "from 5Gi to 10Gi" in found.title) == ("storage.resize-failed", True)


def test_a_volume_that_grows_with_the_next_mount_is_a_note():
    pending = {"type": "FileSystemResizePending", "status": "True"}

    (found,) = judged([claim("Bound", volumeName="pv-1", capacity="5Gi", conditions=[pending])])

    assert (found.code, found.severity) == ("storage.resize-pending", "note")


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (volume(phase="Failed"), True),
        (volume(phase="Released", persistentVolumeReclaimPolicy="Delete"), True),
        (volume(phase="Released", persistentVolumeReclaimPolicy="Delete", since=JUST_NOW), False),
        (volume(phase="Released", persistentVolumeReclaimPolicy="Retain"), False),
        (volume(phase="Pending"), True),
        (volume(phase="Available"), False),
    ],
    ids=["failed", "not deleted", "about to be deleted", "retained on purpose", "long pending", "free"],
)
def test_volumes_that_are_stuck_are_said(thing, said):
    assert [each.code for each in judged([], volumes=[thing])] == ["storage.volume-failed"] * said


def test_of_several_default_classes_the_newest_counts_which_is_a_note():
    old = storage_class("gp2", annotations=DEFAULT)
    new = storage_class("gp3", annotations=DEFAULT, created=JUST_NOW)

    (found,) = judged([], classes=[old, new])

    assert (found.code, found.severity, found.object.name) == ("storage.several-defaults", "note", "gp3")


def test_claims_are_shown_with_size_class_and_pods():
    bound = claim("Bound", volumeName="pv-1", capacity="10Gi", storageClassName="gp3")
    seen = snapshot({PERSISTENT_VOLUME_CLAIMS: [bound], STORAGE_CLASSES: [], PODS: [pod(phase="Running")]})

    (shown,) = diagnosis.judge(CHECKS.get("storage"), seen).exhibits

    assert shown.rows == (("shop/data", "Bound", "10Gi", "gp3", "pv-1", "db-0"),)


def test_odd_objects_hide_nothing():
    odd = named("odd", spec=None, status={"phase": "Pending"})

    assert codes("storage", {PERSISTENT_VOLUME_CLAIMS: [odd, claim("Lost")], STORAGE_CLASSES: []}) == [
        "storage.claim-pending",
        "storage.claim-lost",
    ]
