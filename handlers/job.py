"""A job: something that Slack delivered and that is owed an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """One delivery of Slack's, reduced to what its answer needs.

    `id` is equal for every retry of the delivery. `subject` is equal for different deliveries about the same thing (a
    post that mentions the bot arrives as `message` and as `app_mention`). Jobs of one `lane` run one after another in
    the order of their arrival. `kind` names the duty that answers it. `attempt` counts from 1; a job on its second
    attempt may have been answered already.
    """

    id: str
    subject: str
    lane: str
    kind: str
    payload: Mapping[str, Any]
    attempt: int = 1
