"""kube-proxy: on every node, with a configuration that exists, in a version that fits."""

import json

import pytest

from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, PODS
from tests.diagnostics.snapshots import codes, findings, named

KUBEADM = {"command": ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf"]}


def proxy(container=KUBEADM, mount="/var/lib/kube-proxy", wanted=2, ready=2, image="kube-proxy:v1.33.1", volume=None):
    return named(
        "kube-proxy",
        "kube-system",
        spec={
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": "kube-proxy",
                            "image": f"registry.example.com/{image}",
                            "volumeMounts": [{"name": "config", "mountPath": mount}],
                            **container,
                        }
                    ],
                    "volumes": [{"name": "config", **(volume or {"configMap": {"name": "kube-proxy"}})}],
                }
            }
        },
        status={"desiredNumberScheduled": wanted, "numberReady": ready},
    )


def config_map(*keys):
    return named("kube-proxy", "kube-system", data=dict.fromkeys(keys, "text"))


def judged(daemon_set, *config_maps, version="v1.33.4"):
    objects = {DAEMON_SETS: [daemon_set], PODS: [], CONFIG_MAPS: list(config_maps)}
    return findings("kube-proxy", objects, documents={"/version": json.dumps({"gitVersion": version})})


def test_a_proxy_whose_file_is_a_key_of_the_mounted_config_map_is_in_order():
    assert judged(proxy(), config_map("config.conf", "kubeconfig.conf")) == []


def test_a_cluster_without_kube_proxy_is_in_order():
    assert codes("kube-proxy", {DAEMON_SETS: [], PODS: []}) == []


@pytest.mark.parametrize(
    ("daemon_set", "maps", "said"),
    [
        (proxy(mount="/var/lib/kube-proxy-config"), [config_map("config.conf")], "no volume is mounted there"),
        (proxy(), [config_map("config")], "has the files config"),
        (proxy(), [config_map()], "has the files none"),
        (proxy(), [named("other", "kube-system")], "does not exist"),
        (
            proxy({"command": ["kube-proxy"], "args": ["--config", "/etc/proxy.yaml"]}),
            [config_map("config.conf")],
            "no volume is mounted there",
        ),
    ],
    ids=["mounted elsewhere", "another key", "no key", "no ConfigMap", "flag in args"],
)
def test_a_file_that_will_not_be_there_is_said_with_the_reason(daemon_set, maps, said):
    found = judged(daemon_set, *maps)

    assert [each.code for each in found] == ["kube-proxy.config-missing"]
    assert said in found[0].title


def test_a_key_may_be_projected_under_another_name():
    renamed = {"configMap": {"name": "kube-proxy", "items": [{"key": "config", "path": "config.conf"}]}}

    assert judged(proxy(volume=renamed), config_map("config")) == []


def test_a_host_path_may_hold_anything():
    assert judged(proxy(volume={"hostPath": {"path": "/var/lib/kube-proxy"}})) == []


@pytest.mark.parametrize(
    ("image", "server", "expected"),
    [
        ("kube-proxy:v1.30.2-minimal-eksbuild.3", "v1.33.4-eks-1", []),
        ("kube-proxy:v1.29.0", "v1.33.4", ["kube-proxy.version-skew"]),
        ("kube-proxy:v1.34.0", "v1.33.4", ["kube-proxy.version-skew"]),
        ("kube-proxy@sha256:abc", "v1.33.4", []),
    ],
    ids=["three behind", "four behind", "newer", "by digest"],
)
def test_the_version_may_be_three_minors_behind_and_never_ahead(image, server, expected):
    found = judged(proxy(image=image), config_map("config.conf"), version=server)

    assert [each.code for each in found] == expected


def test_pods_that_are_missing_are_counted():
    found = judged(proxy(wanted=3, ready=1), config_map("config.conf"))

    assert [each.code for each in found] == ["kube-proxy.unavailable"]
    assert "1/3" in found[0].title
