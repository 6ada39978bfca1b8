"""What the bot's own credentials may do: the third wall.

Asked at start. Credentials that can write are not needed, so they are an accident waiting for a mistake elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics import errors
from diagnostics.budget import Budget
from diagnostics.cluster import Cluster
from diagnostics.fields import Fields

_READING = frozenset({"get", "list", "watch"})
_SESSIONS = frozenset({"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"})
"""Getting these opens a connection through which anything can be done."""

_SELF_REVIEWS = frozenset({"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"})
"""Everybody may create these, and nothing is stored."""

_SAMPLES = (
    {"verb": "create", "resource": "pods"},
    {"verb": "delete", "resource": "pods"},
    {"verb": "create", "resource": "pods", "subresource": "exec"},
    {"verb": "patch", "group": "apps", "resource": "deployments"},
    {"verb": "get", "resource": "secrets"},
)
"""Asked one by one where the authorizer cannot list its rules, as on EKS with access entries."""

_NAMELESS = "the bot"
SECONDS = 5.0
"""How long the API server may take to tell what the credentials may do."""


@dataclass(frozen=True)
class Rights:
    """Who the credentials are, and what of their rights goes beyond reading, in words."""

    user: str
    excessive: tuple[str, ...]
    complete: bool

    @property
    def only_read(self) -> bool:
        """Whether nothing goes beyond reading, as far as the API server tells."""
        return not self.excessive

    @property
    def sentence(self) -> str:
        """One sentence for a log or a person."""
        if self.only_read:
            caveat = "" if self.complete else ", as far as the authorizer tells"
            return f"{self.user} may only read{caveat}"
        return (
            f"{self.user} may do more than read: {'; '.join(self.excessive)}. "
            "Diagnostics never do; bind the ClusterRole in deploy/ instead"
        )


def review(cluster: Cluster, namespace: str = "default") -> Rights:
    """Ask the API server what these credentials may do in a namespace; raises ClusterError when it does not tell."""
    budget = Budget(SECONDS, requests=2 + len(_SAMPLES))
    rules = Fields(cluster.review("SelfSubjectRulesReview", {"namespace": namespace}, budget))
    complete = not rules.flag("status.incomplete")
    excesses = [*_excesses(rules.each("status.resourceRules")), *(() if complete else _samples(cluster, budget))]
    return Rights(
        user=_user(cluster, budget),
        excessive=tuple(dict.fromkeys(excesses)),
        complete=complete,
    )


def _user(cluster: Cluster, budget: Budget) -> str:
    """Return who the credentials are; before Kubernetes 1.28 the API server does not tell."""
    try:
        who = Fields(cluster.review("SelfSubjectReview", {}, budget))
    except (errors.Forbidden, errors.NotServed):
        return _NAMELESS
    return who.text("status.userInfo.username", _NAMELESS)


def _samples(cluster: Cluster, budget: Budget) -> Iterable[str]:
    """Ask for a few rights that reading never needs, and name those that are granted."""
    for attributes in _SAMPLES:
        answer = Fields(cluster.review("SelfSubjectAccessReview", {"resourceAttributes": attributes}, budget))
        if answer.flag("status.allowed"):
            thing = "/".join(attributes[key] for key in ("resource", "subresource") if key in attributes)
            yield f"{attributes['verb']} on {thing}"


def _excesses(rules: Iterable[Fields]) -> Iterable[str]:
    """Name, rule by rule, what goes beyond reading: other verbs, sessions, and Secrets."""
    for rule in rules:
        named = set(rule.texts("resources")) - _SELF_REVIEWS
        verbs = set(rule.texts("verbs"))
        if not named or not verbs:
            continue
        writes = sorted(verbs - _READING)
        if writes:
            yield f"{', '.join(writes)} on {', '.join(sorted(named))}"
        dangerous = sorted(_SESSIONS & named) + (["secrets"] if {"secrets", "*"} & named else [])
        if dangerous and verbs & (_READING | {"*"}):
            yield f"read {', '.join(dangerous)}"
