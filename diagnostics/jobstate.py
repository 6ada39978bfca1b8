"""How a Job stands, and where it says why."""

from diagnostics.fields import Fields
from diagnostics.objects import Object

RESUME = """'{"spec":{"suspend":false}}'"""
"""The patch that lets a Job or a CronJob go on."""


def failure(job: Object) -> Fields:
    """Return the condition that tells why a Job has failed, an empty one when it has not.

    A Job whose failure is certain while its last pods have yet to end carries another condition than one that is over.
    """
    conditions = (job.condition(type_) for type_ in ("Failed", "FailureTarget"))
    return next((condition for condition in conditions if condition.text("status") == "True"), Fields(None))


def has_failed(job: Object) -> bool:
    """Say whether a Job has failed and is not tried again."""
    return bool(failure(job))


def is_complete(job: Object) -> bool:
    """Say whether a Job has succeeded, be it that its other pods have yet to end."""
    return any(job.condition(type_).text("status") == "True" for type_ in ("Complete", "SuccessCriteriaMet"))


def has_ended(job: Object) -> bool:
    """Say whether a Job has failed or succeeded."""
    return has_failed(job) or is_complete(job)


def log(job: Object) -> str:
    """Return the command that shows the end of the logs of a Job's pods."""
    return f"kubectl logs -n {job.namespace} -l job-name={job.name} --all-containers --tail=50"
