"""A team's own entries, brought into the pod by a component of kustomize, stand beside those that ship."""

import json
import shutil
import subprocess
from functools import partial
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bot.settings import Settings
from knowledge import library
from tests.deploy.merging import merged

FOLDER = Path(__file__).parents[2] / "deploy"
BASE = yaml.safe_load((FOLDER / "deployment.yaml").read_text())
COMPONENTS = ("entries-configmap", "entries-git")
VERSIONS = ("1.31", "1.32", "1.33", "1.34", "1.35", "1.36")


def deployment(component):
    (patch,) = yaml.safe_load((FOLDER / component / "kustomization.yaml").read_text())["patches"]
    return merged(BASE, yaml.safe_load((FOLDER / component / patch["path"]).read_text()))


def pod(component):
    return deployment(component)["spec"]["template"]["spec"]


def bot(component):
    (container,) = pod(component)["containers"]
    return container


def test_every_component_is_offered_in_the_kustomization_and_none_is_taken_in_by_itself():
    offered = (FOLDER / "kustomization.yaml").read_text()

    assert {path.parent.name for path in FOLDER.glob("*/kustomization.yaml")} == set(COMPONENTS)
    assert all(f"#   - {component}\n" in offered for component in COMPONENTS)
    assert "components" not in yaml.safe_load(offered)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("component", COMPONENTS)
def test_the_patched_deployment_is_valid_in_every_version(component, version):
    assert kubernetes_validate.validate(deployment(component), version, strict=True) == version


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_entries_that_ship_come_first_and_the_mounted_ones_may_replace_them(component, monkeypatch):
    (value,) = [each["value"] for each in bot(component)["env"] if each["name"] == "PASTEMORTEM_ENTRIES"]
    (mount,) = [each for each in bot(component)["volumeMounts"] if each["name"] == "entries"]
    monkeypatch.setenv("PASTEMORTEM_ENTRIES", value)
    shipped, ours = Settings().entries

    assert shipped == library.SHIPPED
    assert ours.is_relative_to(mount["mountPath"])
    assert mount["readOnly"]
    assert "subPath" not in mount


@pytest.mark.parametrize("component", COMPONENTS)
def test_what_the_bot_had_before_it_keeps(component):
    (before,) = BASE["spec"]["template"]["spec"]["containers"]

    assert [each for each in before["env"] if each not in bot(component)["env"]] == []
    assert [each for each in before["volumeMounts"] if each not in bot(component)["volumeMounts"]] == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_container_keeps_to_the_restricted_pod_security_standard_and_mounts_what_there_is(component):
    volumes = {volume["name"] for volume in pod(component)["volumes"]}

    for container in (*pod(component).get("initContainers", ()), *pod(component)["containers"]):
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is security["privileged"] is False
        assert security["readOnlyRootFilesystem"]
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
    kinds = {"emptyDir", "persistentVolumeClaim", "configMap"}
    assert all(set(volume) & kinds for volume in pod(component)["volumes"])


def test_git_is_fetched_before_the_bot_starts_and_where_the_bot_looks():
    (sync,) = pod("entries-git")["initContainers"]
    told = {each["name"]: each["value"] for each in sync["env"]}
    (entries,) = [each["value"] for each in bot("entries-git")["env"] if each["name"] == "PASTEMORTEM_ENTRIES"]

    assert sync["restartPolicy"] == "Always"
    assert sync["startupProbe"]["httpGet"]["port"] in {port["name"] for port in sync["ports"]}
    assert entries == f"shipped:{told['GITSYNC_ROOT']}/{told['GITSYNC_LINK']}"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl brings kustomize, and is not here")
@pytest.mark.parametrize("component", COMPONENTS)
def test_kustomize_makes_the_same_of_it(component, tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "deploy")
    for path, more in ((folder, {"components": [component]}), (folder / component, {})):
        content = yaml.safe_load((path / "kustomization.yaml").read_text()) | more
        # The patch is what is compared, so no image is given another name.
        content.pop("images", None)
        (path / "kustomization.yaml").write_text(json.dumps(content))
    made = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=True).stdout
    (result,) = [each for each in yaml.safe_load_all(made) if each["kind"] == "Deployment"]

    assert ordered(result) == ordered(deployment(component))


def ordered(value):
    """Return a tree whose lists do not depend on the order in which they were merged."""
    if isinstance(value, dict):
        return {key: ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((ordered(inner) for inner in value), key=partial(json.dumps, sort_keys=True))
    return value
