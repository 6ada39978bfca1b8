"""How a Job stands, and where it says why."""

from diagnostics.objects import Object


def has_failed(job: Object) -> bool:
    """Say whether a Job has failed and is not tried again."""
    return job.condition("Failed").text("status") == "True"


def is_complete(job: Object) -> bool:
    """Say whether a Job has succeeded."""
    return job.condition("Complete").text("status") == "True"


def has_ended(job: Object) -> bool:
    """Say whether a Job has failed or succeeded."""
    return has_failed(job) or is_complete(job)


def log(job: Object) -> str:
    """Return the command that shows the end of the logs of a Job's pods."""
    return f"kubectl logs -n {job.namespace} -l job-name={job.name} --all-containers --tail=50"
