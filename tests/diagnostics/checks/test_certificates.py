"""cert-manager: issuers that do not sign, and certificates that wait or run out."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import CERTIFICATES, CLUSTER_ISSUERS, ISSUERS
from tests.diagnostics.snapshots import codes, findings, named, snapshot

NOT_A_CA = "Error getting keypair for CA issuer: error decoding certificate: certificate is not a CA"
FAILED = "The certificate request has failed to complete and will be retried: order is in state invalid"


def condition(type_="Ready", status="True", since="2026-11-21T08:00:00Z", **rest):
    return {"type": type_, "status": status, "lastTransitionTime": since, **rest}


def issuer(*conditions, name="ca", namespace="shop", created="2026-11-20T10:00:00Z"):
    return named(
        name,
        namespace,
        metadata={"creationTimestamp": created},
        spec={"ca": {"secretName": "ca-key-pair"}},
        status={"conditions": list(conditions)},
    )


def certificate(
    *conditions, kind="Issuer", group="cert-manager.io", ends="2027-02-01T00:00:00Z", renewal="2027-01-01T00:00:00Z"
):
    return named(
        "web-tls",
        spec={"secretName": "web-tls", "issuerRef": {"name": "ca", "kind": kind, "group": group}},
        status={"conditions": list(conditions), "notAfter": ends, "renewalTime": renewal},
    )


READY = issuer(condition())
NOT_READY = issuer(condition(status="False", reason="ErrInvalidKeyPair", message=NOT_A_CA))
WAITS = condition(status="False", reason="DoesNotExist", message="Issuing certificate as Secret does not exist")
WAITS_SHORTLY = {**WAITS, "lastTransitionTime": "2026-11-21T09:59:00Z"}


def judged(certificate_=None, issuers=(READY,), cluster_issuers=()):
    certificates = [certificate_] if certificate_ else []
    return findings(
        "certificates",
        {CERTIFICATES: certificates, ISSUERS: list(issuers), CLUSTER_ISSUERS: list(cluster_issuers)},
    )


def test_a_cluster_without_cert_manager_is_in_order():
    assert codes("certificates", {}) == []


def test_an_issued_certificate_of_a_ready_issuer_is_in_order():
    assert judged(certificate(condition())) == []


def test_an_issuer_that_cannot_sign_is_said_and_explains_its_certificates():
    found = judged(certificate(WAITS), [NOT_READY])

    assert [each.code for each in found] == ["certificates.issuer-not-ready", "certificates.not-ready"]
    assert "certificate is not a CA" in found[0].title
    assert "CA:TRUE" in found[0].next
    assert found[1].blames == (found[0].object,)


def test_a_cluster_issuer_is_an_issuer_too():
    broken = issuer(condition(status="False", reason="ErrGetKeyPair"), namespace="")

    found = judged(certificate(WAITS_SHORTLY, kind="ClusterIssuer"), cluster_issuers=[broken])

    assert [str(each.object) for each in found] == ["ClusterIssuer//ca", "Certificate/shop/web-tls"]


def test_an_issuer_that_nobody_looked_at_is_said_after_a_while():
    assert [each.code for each in judged(None, [issuer()])] == ["certificates.issuer-not-ready"]
    assert judged(None, [issuer(created="2026-11-21T09:58:00Z")]) == []


def test_issuing_takes_a_moment():
    assert judged(certificate(WAITS_SHORTLY)) == []
    assert [each.code for each in judged(certificate(WAITS))] == ["certificates.not-ready"]


def test_a_request_that_failed_is_said_at_once_with_its_reason():
    failed = condition("Issuing", "False", reason="Failed", message=FAILED)

    found = judged(certificate(WAITS_SHORTLY, failed))

    assert [each.code for each in found] == ["certificates.not-ready"]
    assert "order is in state invalid" in found[0].title


def test_an_issuer_that_does_not_exist_is_said():
    found = judged(certificate(WAITS_SHORTLY), issuers=[])

    assert [each.code for each in found] == ["certificates.issuer-missing"]


def test_issuers_of_other_groups_are_not_known_here():
    outside = certificate(WAITS_SHORTLY, kind="AWSPCAClusterIssuer", group="awspca.cert-manager.io")

    assert judged(outside, issuers=[]) == []


@pytest.mark.parametrize(
    ("ends", "renewal", "code"),
    [
        ("2026-11-20T00:00:00Z", "2026-10-20T00:00:00Z", "certificates.expired"),
        ("2026-12-01T00:00:00Z", "2026-11-21T07:00:00Z", "certificates.not-renewed"),
    ],
    ids=["expired", "overdue"],
)
def test_a_certificate_that_runs_out_is_said(ends, renewal, code):
    assert [each.code for each in judged(certificate(condition(), ends=ends, renewal=renewal))] == [code]


def test_a_renewal_that_has_just_begun_is_in_order():
    assert judged(certificate(condition(), renewal="2026-11-21T09:45:00Z")) == []


def test_the_certificates_are_shown_with_their_end():
    seen = snapshot({CERTIFICATES: [certificate(condition())], ISSUERS: [READY]})

    shown = diagnosis.judge(CHECKS.get("certificates"), seen).exhibits

    assert [row for exhibit in shown for row in exhibit.rows] == [
        ("shop/web-tls", "True", "ca", "2027-02-01T00:00:00Z")
    ]
