"""What a refusal of the API server is taken to mean, by the bodies that real ones sent."""

import json

import pytest

from diagnostics import errors, status


def refusal(code, message, reason, **details):
    body = {
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "message": message,
        "reason": reason,
        "details": details,
    }
    return status.failure(code, json.dumps(body).encode(), "the log of cache/redis-0 (redis)", {})


def test_an_object_that_does_not_exist_is_named():
    missing = refusal(404, 'pods "redis-0" not found', "NotFound", name="redis-0", kind="pods")

    assert isinstance(missing, errors.NotFound)
    assert str(missing) == 'pods "redis-0" not found'


def test_a_resource_that_a_served_group_does_not_have_is_not_an_object_that_does_not_exist():
    unserved = refusal(404, "the server could not find the requested resource", "NotFound")

    assert isinstance(unserved, errors.NotServed)


@pytest.mark.parametrize(
    "why",
    [
        "dial tcp 10.0.1.7:10250: connect: connection refused",
        "dial tcp 10.0.1.7:10250: i/o timeout",
        "remote error: tls: internal error",
    ],
)
def test_a_kubelet_that_does_not_answer_the_api_server_is_said_to_be_the_reason(why):
    url = "https://10.0.1.7:10250/containerLogs/cache/redis-0/redis?limitBytes=262144&tailLines=10"

    assert str(refusal(500, f'Get "{url}": {why}', "InternalError")) == (
        "the API server gets no answer from the kubelet at 10.0.1.7:10250 "
        f"for the log of cache/redis-0 (redis) (500): {why}"
    )


@pytest.mark.parametrize(
    ("code", "message", "why"),
    [
        pytest.param(
            401,
            "the server has asked for the client to provide credentials ( pods/log redis-0)",
            "the server has asked for the client to provide credentials",
            id="who does not know it",
        ),
        pytest.param(
            403,
            "Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource=proxy) "
            "( pods/log redis-0)",
            "Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource=proxy)",
            id="who grants it nothing",
        ),
    ],
)
def test_a_kubelet_that_refuses_the_api_server_is_not_taken_for_the_api_server(code, message, why):
    refused = refusal(code, message, "Forbidden", name="redis-0", kind="pods/log")

    assert type(refused) is errors.AnswerUnusable
    assert str(refused) == (
        f"the kubelet does not give the log of cache/redis-0 (redis) to the API server ({code}): {why}"
    )


def test_a_log_that_a_kubelet_does_not_have_does_not_exist():
    message = "the server could not find the requested resource ( pods/log redis-0)"
    missing = refusal(404, message, "NotFound", name="redis-0", kind="pods/log")

    assert isinstance(missing, errors.NotFound)
    assert str(missing) == "the kubelet does not have the log of cache/redis-0 (redis) (404)"


@pytest.mark.parametrize(
    "body", [b"service unavailable\n", b"error trying to reach service: context deadline exceeded"]
)
def test_an_api_that_another_server_has_is_told_apart_from_the_api_server(body):
    unanswered = status.failure(503, body, "pods.metrics.k8s.io", {})

    assert isinstance(unanswered, errors.AnswerUnusable)
    assert "no answer from the server behind pods.metrics.k8s.io (503); `kubectl get apiservices`" in str(unanswered)


@pytest.mark.parametrize("code", [401, 403, 404, 502, 503])
def test_a_page_of_html_is_the_answer_of_a_proxy_and_not_of_the_api_server(code):
    body = b"\n<html><head><title>Sign in</title></head></html>"

    refused = status.failure(code, body, "pods", {})

    assert isinstance(refused, errors.AnswerUnusable)
    assert f"a page of HTML stands where pods was expected ({code})" in str(refused)
