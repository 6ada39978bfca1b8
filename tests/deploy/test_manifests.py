"""What goes to the cluster: every API server takes it, and it grants what the checks read and nothing else."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

import bot
from diagnostics import access, grants, resources
from diagnostics.checks import CHECKS
from diagnostics.needs import Document, Need
from diagnostics.resources import NAMESPACES, READABLE

FOLDER = Path(__file__).parents[2] / "deploy"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
OBJECTS = {name: yaml.safe_load((FOLDER / name).read_text()) for name in KUSTOMIZATION["resources"]}
VERSIONS = ("1.31", "1.32", "1.33", "1.34", "1.35", "1.36")
SESSIONS = ("exec", "attach", "portforward", "proxy", "ephemeralcontainers", "token")

POD = OBJECTS["deployment.yaml"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
RULES = OBJECTS["cluster-role.yaml"]["rules"]


def granted():
    """Return (API group, resource) to verbs, as the ClusterRole has them."""
    return {
        (group, resource): set(rule["verbs"])
        for rule in RULES
        for group in rule.get("apiGroups", ())
        for resource in rule.get("resources", ())
    }


def wanted():
    return [want for check in CHECKS for want in check.wants]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_is_valid_in_every_version(name, version):
    assert kubernetes_validate.validate(OBJECTS[name], version, strict=True) == version


@pytest.mark.parametrize("version", VERSIONS)
def test_a_field_that_a_version_does_not_know_is_noticed(version):
    misspelt = {**OBJECTS["service-account.yaml"], "automountToken": False}

    with pytest.raises(kubernetes_validate.ValidationError, match="automountToken"):
        kubernetes_validate.validate(misspelt, version, strict=True)


def test_every_manifest_is_part_of_the_kustomization():
    others = {"kustomization.yaml", "slack-manifest.yaml"}

    assert {path.name for path in FOLDER.glob("*.yaml")} - others == set(OBJECTS)


def test_the_image_is_the_one_of_this_version():
    (image,) = KUSTOMIZATION["images"]

    assert image["name"] == CONTAINER["image"]
    assert image["newTag"] == bot.__version__


def test_the_cluster_role_is_the_one_that_the_checks_need():
    assert (FOLDER / "cluster-role.yaml").read_text() == grants.document(CHECKS)


@pytest.mark.parametrize("check", list(CHECKS), ids=lambda check: check.id)
def test_all_that_a_check_reads_is_granted(check):
    paths = {path for rule in RULES for path in rule.get("nonResourceURLs", ())}

    for want in check.wants:
        if isinstance(want, Need):
            assert granted()[want.resource.group, want.resource.plural] == {"get", "list"}
        else:
            assert want.path.partition("?")[0] in paths


def test_nothing_is_granted_that_no_check_reads():
    read = {(want.resource.group, want.resource.plural) for want in wanted() if isinstance(want, Need)}
    documents = {want.path.partition("?")[0] for want in wanted() if isinstance(want, Document)}

    assert set(granted()) - read == {("", "pods/log"), (NAMESPACES.group, NAMESPACES.plural)} - read
    assert {path for rule in RULES for path in rule.get("nonResourceURLs", ())} == documents


def test_no_rule_does_more_than_read():
    for (group, resource), verbs in granted().items():
        assert verbs <= {"get", "list", "watch"}
        assert "*" not in (group, resource)
        assert resource != "secrets"
        assert resource.partition("/")[2] not in SESSIONS


def test_the_guard_lets_through_what_is_granted_and_nothing_else():
    assert {(resource.group, resource.plural) for resource in READABLE} == set(granted()) - {("", "pods/log")}


@pytest.mark.parametrize("path", [path for rule in RULES for path in rule.get("nonResourceURLs", ())])
def test_every_path_that_is_granted_passes_the_guard(path):
    assert path in resources.DOCUMENTS
    access.verify("GET", path, {})


def test_the_binding_binds_this_role_to_this_account():
    binding, account = OBJECTS["cluster-role-binding.yaml"], OBJECTS["service-account.yaml"]["metadata"]

    assert binding["roleRef"]["name"] == OBJECTS["cluster-role.yaml"]["metadata"]["name"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": account["name"], "namespace": account["namespace"]}
    ]
    assert POD["serviceAccountName"] == account["name"]


def test_the_pod_keeps_to_the_restricted_pod_security_standard():
    pod, container = POD["securityContext"], CONTAINER["securityContext"]

    assert pod["runAsNonRoot"]
    assert pod["runAsUser"] > 0
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["allowPrivilegeEscalation"] is container["privileged"] is False
    assert container["readOnlyRootFilesystem"]
    assert container["capabilities"] == {"drop": ["ALL"]}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(POD)
    assert all(set(volume) & {"emptyDir", "persistentVolumeClaim"} for volume in POD["volumes"])


def test_the_pod_writes_where_it_is_told_to_keep_its_data():
    environment = {each["name"]: each.get("value") for each in CONTAINER["env"]}
    mounts = {mount["mountPath"]: mount["name"] for mount in CONTAINER["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    claim = volumes[mounts[environment["PASTEMORTEM_DATA"]]]["persistentVolumeClaim"]["claimName"]

    assert claim == OBJECTS["persistent-volume-claim.yaml"]["metadata"]["name"]


def test_two_pods_never_share_the_journal():
    spec = OBJECTS["deployment.yaml"]["spec"]

    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_the_pod_is_asked_whether_it_lives_and_whether_it_is_ready():
    asked = {kind: CONTAINER[kind]["httpGet"] for kind in ("livenessProbe", "readinessProbe", "startupProbe")}

    assert {kind: get["path"] for kind, get in asked.items()} == {
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
        "startupProbe": "/healthz",
    }
    assert {get["port"] for get in asked.values()} == {port["name"] for port in CONTAINER["ports"]}
