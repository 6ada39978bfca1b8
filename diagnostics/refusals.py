"""Pods that the API server refuses to create: whose they are, and what of a quota or a LimitRange refuses them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from diagnostics import kubectl, remedies
from diagnostics.objects import Object, Reference
from diagnostics.resources import EVENTS, MUTATING_WEBHOOKS, REPLICA_SETS, VALIDATING_WEBHOOKS
from diagnostics.snapshot import Snapshot

_QUOTA = re.compile(r"(?:exceeded|failed) quota: (?P<name>[^,:\s]+)")
_UNSPECIFIED = re.compile(r"failed quota: [^,:\s]+: must specify (?P<fields>.+)")
_EXCEEDED = re.compile(r"requested: (?P<asked>.+?), used: (?P<used>.+?), limited: (?P<limit>.+)")
_BOUND = re.compile(
    r"(?:maximum|minimum) \S+ usage per \w+ is \S+?(?=[,\]]|\.?\s|\.?$)"
    r"|\S+ max limit to request ratio per \w+ is \S+?(?=[,\]]|\.?\s|\.?$)"
)
_WEBHOOK = re.compile(
    r'failed calling webhook "(?P<name>[^"]+)"'
    r"(?:.*?https://(?P<service>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)\.svc\b)?"
)
_DENIAL = re.compile(r'admission webhook "(?P<name>[^"]+)" denied the request')
_POLICY = re.compile(
    r"(?P<kind>(?:Validating|Mutating)AdmissionPolicy) '(?P<name>[^']+)' with binding '(?P<binding>[^']+)'"
)
_GOING = re.compile(r"unable to create new content in namespace (?P<name>\S+) because it is being terminated")
_POD_SECURITY = "violates PodSecurity"
_NO_ACCOUNT = re.compile(r'serviceaccount "(?P<name>[^"]+)" not found')
_NO_CLASS = re.compile(
    r"no PriorityClass with name (?P<priority>\S+) was found|RuntimeClass \"(?P<runtime>[^\"]+)\" not found"
)
_RETRIED = timedelta(minutes=20)
"""Controllers try again at least this often, so that an older event is of a refusal that has passed."""


@dataclass(frozen=True)
class Refusal:
    """A workload whose pods are not made, and the API server's message."""

    workload: Reference
    message: str

    @property
    def quota(self) -> str:
        """The name of the ResourceQuota that refuses, empty when none does."""
        found = _QUOTA.search(self.message)
        return found["name"] if found else ""

    @property
    def exceeded(self) -> str:
        """What was asked for, what is used and what is allowed of a quota; empty when it is not used up."""
        found = _EXCEEDED.search(self.message)
        return f"it asks for {found['asked']}, and {found['used']} of {found['limit']} is used" if found else ""

    @property
    def unspecified(self) -> str:
        """What a quota wants every container to say: `limits.memory for: app`; empty when nothing is missing."""
        found = _UNSPECIFIED.search(self.message)
        return found["fields"] if found else ""

    def by_whom(self, seen: Snapshot) -> Reference | None:
        """Return what refuses: a ResourceQuota, a policy, a namespace that goes, the configuration of a webhook that
        does not answer; None when nobody is named.

        Where configurations were not read, the Service of the webhook stands for it.
        """
        if self.quota:
            return Reference("ResourceQuota", self.workload.namespace, self.quota)
        if policy := _POLICY.search(self.message):
            return Reference(policy["kind"], "", policy["name"])
        if going := _GOING.search(self.message):
            return Reference("Namespace", "", going["name"])
        webhook = _WEBHOOK.search(self.message)
        if webhook is None:
            return None
        configured = _configuration_of(seen, webhook["name"])
        if configured is None and webhook["service"]:
            return Reference("Service", webhook["namespace"], webhook["service"])
        return configured

    def remedy(self, seen: Snapshot) -> str:
        """Return what to look at first, and what would let the pods be made."""
        whom = self.by_whom(seen)
        return self._remedy_of_template() if whom is None else self._remedy_by(whom)

    def _remedy_by(self, whom: Reference) -> str:
        """Return what to do about an object that refuses."""
        if whom.kind == "ResourceQuota":
            lacking = f"set {self.unspecified} in the pod template, or let a LimitRange give defaults"
            return f"{kubectl.describe(whom)}; {lacking if self.unspecified else 'raise it, or ask for less'}"
        if whom.kind == "Service":
            listed = f"kubectl get service,endpointslices -n {whom.namespace}"
            return f"{listed}; {remedies.of(self.message, remedies.OF_CALLS, f'bring back what serves {whom.name}')}"
        if whom.kind == "Namespace":
            return f"{kubectl.describe(whom)}; make the workload in another namespace, or wait until this one is gone"
        if policy := _POLICY.search(self.message):
            return (
                f"{kubectl.get(whom, as_yaml=True)}; change in the pod template what the message names, or in the "
                f"cluster whom the binding {policy['binding']} takes in"
            )
        return f"{kubectl.describe(whom)}; {remedies.of(self.message, remedies.OF_CALLS, 'see its pods and their log')}"

    def _remedy_of_template(self) -> str:
        """Return what to do where the message is about the pod template, or names nobody."""
        where = f"-n {self.workload.namespace}"
        if self.bounds:
            return f"kubectl describe limits {where}; keep requests and limits of the pod template within them"
        if _POD_SECURITY in self.message:
            return (
                f"kubectl get namespace {self.workload.namespace} --show-labels; set what the message names in the "
                "securityContext of the pod template, or let the namespace enforce a lower level"
            )
        if account := _NO_ACCOUNT.search(self.message):
            return (
                f"kubectl get serviceaccounts {where}; create {account['name']}, "
                "or correct serviceAccountName in the pod template"
            )
        if found := _NO_CLASS.search(self.message):
            kind, name = (
                ("PriorityClass", found["priority"]) if found["priority"] else ("RuntimeClass", found["runtime"])
            )
            field = f"{kind[0].lower()}{kind[1:]}Name"
            return f"kubectl get {kind.lower()}es; create the {kind} {name}, or correct {field} in the pod template"
        described = kubectl.describe(self.workload)
        if denial := _DENIAL.search(self.message):
            return f"{described}; mend in the pod template what the webhook {denial['name']} names, or its policy"
        return f"{described}; mend what the message names"

    @property
    def bounds(self) -> list[str]:
        """The bounds of a LimitRange that the pod does not keep to, as they are worded."""
        return _BOUND.findall(self.message)


def current(seen: Snapshot) -> Iterator[Refusal]:
    """Go through what is refused now: by the condition of ReplicaSets, by the events of everything else."""
    for replica_set in seen.all(REPLICA_SETS):
        failure = replica_set.condition("ReplicaFailure")
        if failure.text("status") == "True":
            yield Refusal(_owner(replica_set), failure.text("message"))
    told = {Reference("ReplicaSet", each.namespace, each.name) for each in seen.all(REPLICA_SETS)}
    for event in seen.all(EVENTS):
        about = Reference(*(event.text(f"involvedObject.{field}") for field in ("kind", "namespace", "name")))
        if event.text("reason") == "FailedCreate" and about not in told and seen.since_event(event) < _RETRIED:
            told.add(about)
            yield Refusal(about, event.text("message"))


def _configuration_of(seen: Snapshot, webhook: str) -> Reference | None:
    """Return the configuration that has a webhook of this name, as far as configurations were read."""
    for configuration in (*seen.all(VALIDATING_WEBHOOKS), *seen.all(MUTATING_WEBHOOKS)):
        if any(each.text("name") == webhook for each in configuration.each("webhooks")):
            return configuration.reference
    return None


def _owner(replica_set: Object) -> Reference:
    owner = replica_set.owner
    if not owner:
        return replica_set.reference
    return Reference(owner.text("kind"), replica_set.namespace, owner.text("name"))
