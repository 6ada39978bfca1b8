"""Certificates and issuers of cert-manager: what is not issued, what will run out, and who does not sign."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from diagnostics import excerpts, kubectl, needs
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import CERTIFICATES, CLUSTER_ISSUERS, ISSUERS
from diagnostics.snapshot import Snapshot

ISSUER_NOT_READY = Code("certificates.issuer-not-ready", Severity.CRITICAL, "An issuer cannot sign")
ISSUER_MISSING = Code(
    "certificates.issuer-missing", Severity.CRITICAL, "A Certificate names an issuer that does not exist"
)
NOT_READY = Code("certificates.not-ready", Severity.CRITICAL, "A Certificate has not been issued")
EXPIRED = Code("certificates.expired", Severity.CRITICAL, "A certificate has run out")
NOT_RENEWED = Code(
    "certificates.not-renewed", Severity.WARNING, "A certificate should have been renewed by now and will run out"
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_GROUP = "cert-manager.io"
_KINDS = {"Issuer": ISSUERS, "ClusterIssuer": CLUSTER_ISSUERS}
_GIVEN_UP = ("Failed", "Denied", "InvalidRequest")
"""Why issuing stands still, by the Certificate's condition Issuing; its message repeats the request's."""

_TIME_TO_ISSUE = timedelta(minutes=5)
_TIME_TO_RENEW = timedelta(hours=1)
"""How long after its renewal time a certificate is overdue."""


@check(
    "certificates",
    subject=(CERTIFICATES, ISSUERS, CLUSTER_ISSUERS),
    needs=(needs.if_served(CERTIFICATES), needs.if_served(ISSUERS), needs.if_served(CLUSTER_ISSUERS)),
    codes=CODES,
)
def certificates(seen: Snapshot) -> Iterable[Saying]:
    """cert-manager's issuers that are not ready, certificates that are not issued, and those about to run out.

    A cluster without cert-manager is in order. Certificates that it does not know (kubeadm's, ACM's) are not seen here.
    """
    for resource in (ISSUERS, CLUSTER_ISSUERS):
        for issuer in seen.within(resource):
            yield from _issuer(seen, issuer)
    asked_about = seen.within(CERTIFICATES)
    for certificate in asked_about:
        yield from _certificate(seen, certificate)
    if asked_about:
        yield _shown(asked_about)


def _issuer(seen: Snapshot, issuer: Object) -> Iterator[Finding]:
    ready = issuer.condition("Ready")
    if ready.text("status") == "True" or (not ready and seen.since(issuer.created) < _TIME_TO_ISSUE):
        return
    said = (
        f"{ready.text('reason')}: {excerpts.first(ready.text('message'))}"
        if ready
        else "cert-manager has not looked at it; does its controller run?"
    )
    secret = issuer.text("spec.ca.secretName")
    yield ISSUER_NOT_READY.found(
        issuer,
        f"is not ready and signs nothing: {said}",
        evidence={
            **ready.quote("status", "reason", "message", "lastTransitionTime"),
            **issuer.quote("spec.ca.secretName", "spec.acme.server", "spec.vault.server"),
        },
        next=f"{kubectl.describe(issuer.reference)}; "
        + (
            f"put a certificate that may sign (CA:TRUE, tls.crt with its tls.key) into the Secret {secret}"
            if secret
            else "correct what its message names"
        ),
    )


def _certificate(seen: Snapshot, certificate: Object) -> Iterator[Finding]:
    ends, renewal = certificate.time("status.notAfter"), certificate.time("status.renewalTime")
    if ends is not None and seen.since(ends) > timedelta(0):
        yield _expired(seen, certificate)
    elif renewal is not None and seen.since(renewal) > _TIME_TO_RENEW:
        yield _not_renewed(seen, certificate)
    elif _is_waiting(seen, certificate):
        yield _waiting(seen, certificate)


def _is_waiting(seen: Snapshot, certificate: Object) -> bool:
    """Say whether a Certificate is not ready for longer than issuing takes, or cannot become so."""
    ready = certificate.condition("Ready")
    if ready.text("status") == "True":
        return False
    since = seen.since(ready.time("lastTransitionTime") or certificate.created)
    failed = certificate.condition("Issuing").text("reason") in _GIVEN_UP
    return since >= _TIME_TO_ISSUE or failed or _issuer_is_at_fault(seen, certificate)


def _expired(seen: Snapshot, certificate: Object) -> Finding:
    return EXPIRED.found(
        certificate,
        f"expired {seen.age(certificate.time('status.notAfter'))} ago{_because(seen, certificate)}",
        evidence=_evidence(seen, certificate),
        next=_next(seen, certificate),
        blames=[_issuer_of(certificate)],
    )


def _not_renewed(seen: Snapshot, certificate: Object) -> Finding:
    return NOT_RENEWED.found(
        certificate,
        f"should have been renewed {seen.age(certificate.time('status.renewalTime'))} ago and runs out at "
        f"{certificate.text('status.notAfter')}{_because(seen, certificate)}",
        evidence=_evidence(seen, certificate),
        next=_next(seen, certificate),
        blames=[_issuer_of(certificate)],
    )


def _waiting(seen: Snapshot, certificate: Object) -> Finding:
    ready, issuer = certificate.condition("Ready"), _issuer_of(certificate)
    missing = _is_missing(seen, certificate)
    since = ready.time("lastTransitionTime") or certificate.created
    return (ISSUER_MISSING if missing else NOT_READY).found(
        certificate,
        f"has not been issued for {seen.age(since)}, the Secret {certificate.text('spec.secretName')} "
        f"{'is not made' if ready.text('reason') == 'DoesNotExist' else 'is not up to date'}"
        f"{_because(seen, certificate)}",
        evidence=_evidence(seen, certificate),
        next=f"kubectl get issuers,clusterissuers -n {certificate.namespace}; create the {issuer.kind} {issuer.name}, "
        "or correct spec.issuerRef"
        if missing
        else _next(seen, certificate),
        blames=[issuer],
    )


def _because(seen: Snapshot, certificate: Object) -> str:
    """Return why it is not signed, as far as the issuer or the Certificate itself says."""
    issuer = _issuer_of(certificate)
    if _is_missing(seen, certificate):
        return f": its issuer {issuer.spoken} does not exist"
    if _issuer_is_at_fault(seen, certificate):
        return f": its issuer {issuer.spoken} is not ready"
    message = certificate.condition("Issuing").text("message") or certificate.condition("Ready").text("message")
    return f" (issuer {issuer.spoken}): {excerpts.first(message)}" if message else f" (issuer {issuer.spoken})"


def _issuer_of(certificate: Object) -> Reference:
    kind = certificate.text("spec.issuerRef.kind", "Issuer")
    return Reference(
        kind, "" if kind == "ClusterIssuer" else certificate.namespace, certificate.text("spec.issuerRef.name")
    )


def _is_missing(seen: Snapshot, certificate: Object) -> bool:
    """Say whether the issuer does not exist; issuers of other groups are not known here."""
    resource = _KINDS.get(certificate.text("spec.issuerRef.kind", "Issuer"))
    if resource is None or certificate.text("spec.issuerRef.group", _GROUP) != _GROUP or not seen.was_read(resource):
        return False
    return seen.get(_issuer_of(certificate)) is None


def _issuer_is_at_fault(seen: Snapshot, certificate: Object) -> bool:
    issuer = seen.get(_issuer_of(certificate))
    if issuer is None:
        return _is_missing(seen, certificate)
    return issuer.condition("Ready").text("status") == "False"


def _evidence(seen: Snapshot, certificate: Object) -> dict[str, str]:
    issuer = seen.get(_issuer_of(certificate))
    ready = issuer.condition("Ready").quote("status", "reason", "message") if issuer else {}
    return {
        **certificate.condition("Ready").quote("status", "reason", "message"),
        **certificate.quote(
            "spec.secretName", "spec.issuerRef", "spec.dnsNames", "status.notAfter", "status.renewalTime"
        ),
        **{f"{issuer.reference.spoken} {path}": text for path, text in ready.items() if issuer},
    }


def _next(seen: Snapshot, certificate: Object) -> str:
    at_fault = _issuer_of(certificate) if _issuer_is_at_fault(seen, certificate) else certificate.reference
    return (
        f"{kubectl.describe(at_fault)}; mend what it says, "
        f"a request that failed is tried again with cmctl renew {certificate.name} -n {certificate.namespace}"
    )


def _shown(asked_about: list[Object]) -> Exhibit:
    return Exhibit(
        "Certificates of cert-manager",
        ("certificate", "ready", "issuer", "runs out"),
        tuple(
            (
                f"{each.namespace}/{each.name}",
                each.condition("Ready").text("status", "Unknown"),
                each.text("spec.issuerRef.name"),
                each.text("status.notAfter"),
            )
            for each in asked_about
        ),
    )
