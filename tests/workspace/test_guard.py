import http.client
import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.workspace.apps import client_of
from workspace import server
from workspace.errors import AddressRefused
from workspace.server import LocalWorkspace


def status(workspace, path, **headers):
    host = workspace.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path, headers=headers)
    answered = connection.getresponse().status
    connection.close()
    return answered


@pytest.mark.parametrize("path", ["/", "/api/api.test", "/page/workspace", "/static/js/main.js"])
def test_requests_that_name_another_host_are_refused(workspace, path):
    port = workspace.url.rpartition(":")[2]

    assert status(workspace, path) == 200
    assert status(workspace, path, Host=f"localhost:{port}") == 200
    assert status(workspace, path, Host=f"rebound.example:{port}") == 403
    assert status(workspace, path, Host=f"127.0.0.1.rebound.example:{port}") == 403


@pytest.mark.parametrize("path", ["/", "/api/api.test", "/page/workspace"])
def test_pages_of_other_origins_are_refused(workspace, path):
    assert status(workspace, path, Origin=workspace.url) == 200
    assert status(workspace, path, Origin="https://elsewhere.example") == 403
    assert status(workspace, path, Origin="http://127.0.0.1:1") == 403
    assert status(workspace, path, Origin="null") == 403


def test_a_foreign_page_opens_no_socket_even_with_a_ticket(workspace):
    url = client_of(workspace).apps_connections_open(app_token=workspace.app_token)["url"]

    with pytest.raises(InvalidStatus, match="403"), connect(url, origin="https://elsewhere.example"):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "workspace.example"])
def test_it_listens_on_this_machine_alone(host):
    with pytest.raises(AddressRefused, match=r"listens on 127\.0\.0\.1 only"):
        server.listening(0, host)


def test_when_it_ends_its_port_is_free_and_its_threads_are_gone():
    with LocalWorkspace() as workspace:
        port = int(workspace.url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with LocalWorkspace(port=port) as again:
        assert again.url.endswith(str(port))


def test_a_port_that_is_taken_is_reported():
    with LocalWorkspace() as workspace, pytest.raises(OSError, match="in use"):
        LocalWorkspace(port=int(workspace.url.rpartition(":")[2]))
