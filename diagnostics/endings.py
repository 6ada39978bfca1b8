"""How a container ended: what its exit code tells, and what to do about it."""

import signal

from diagnostics.containers import Container

_SIGNALLED = 128
"""A shell and the runtime add the number of the signal that ended a program to this."""

_MEANINGS = {
    126: "the command may not be executed",
    127: "the command was not found",
    128: "the runtime could not run it",
}
_LOST = "ContainerStatusUnknown"
"""The reason of an end that no kubelet saw; the exit code beside it, 137, is made up."""

_REMEDIES = {
    0: "its work ends: keep the program in the foreground, or run it as a Job; a Deployment restarts whatever ends",
    126: "make the file executable in the image (chmod +x), for the user that the container runs as",
    127: "put the program into the image, or correct its path in the command or the script",
    134: "the program aborted itself (an assertion, a failed allocation, a panic): its last log lines tell",
    137: "something killed it, and not its memory limit, which would read OOMKilled: a child process of it, the node's "
    "own lack of memory (journalctl -k on the node), or a stop that took longer than terminationGracePeriodSeconds",
    139: "the program crashed on memory that is not its own: a native library, or one built for another libc",
    143: "something asked it to stop: see who deletes or scales the pod, and what its own supervisor does",
}


def words(container: Container) -> str:
    """Return how a container last ended: `exit code 139, SIGSEGV`."""
    ended = container.ended
    if not ended:
        return "no exit code is known"
    if ended.text("reason") == _LOST:
        return f"{_LOST}: its node was restarted or lost, and nobody knows how it ended"
    code = ended.number("exitCode")
    meaning = _MEANINGS.get(code) or _signal(code - _SIGNALLED) or _signal(ended.number("signal"))
    return f"exit code {code}" + (f", {meaning}" if meaning else "")


def remedy(container: Container) -> str:
    """Return what to do about a container that ends again and again."""
    return _REMEDIES.get(
        container.ended.number("exitCode", -1),
        "the program ends by itself, Kubernetes only starts it again",
    )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return ""
