"""What to do about the words of a registry, of the container runtime and of the kubelet."""

from collections.abc import Sequence

Remedies = Sequence[tuple[str, str]]
"""Words of a message in lower case, parted by `|`, and what to do when one of them stands in it."""

OF_PULLS: Remedies = (
    ("couldn't parse image|invalid reference format", "correct the image name: lower-case repository, no spaces"),
    (
        "pull policy of never",
        "put the image on the node first, or let the kubelet pull it: imagePullPolicy: IfNotPresent",
    ),
    (
        "toomanyrequests|429 too many requests|rate limit",
        "the registry limits how much may be pulled: pull as a user of it (imagePullSecrets), "
        "or from a mirror (on EKS: an ECR pull-through cache)",
    ),
    ("x509|certificate", "let the nodes trust the registry's certificate authority, or mend its certificate"),
    (
        "http response to https client",
        "the registry speaks plain HTTP: give it a certificate, or tell containerd so on every node (hosts.toml)",
    ),
    (
        "no match for platform|no matching manifest",
        "build the image for the node's architecture too (arm64, amd64), or choose nodes that it is built for",
    ),
    ("no space left", "free the node's disk (crictl rmi --prune), or give the node a larger one"),
    (
        "unauthorized|authorization|denied|403 forbidden|no basic auth",
        "let the node or the pod's imagePullSecrets read the repository (on EKS: the node role's ECR policy)",
    ),
    (
        "timeout|deadline exceeded|no such host|connection refused|no route to host|connection reset",
        "see whether nodes reach the registry (VPC endpoints for ECR and S3, proxy, DNS)",
    ),
    ("not found|manifest unknown", "push that tag, or correct the tag or the repository in the pod template"),
)
"""The first that fits: a registry that cannot be reached says `not found` of a host, too."""

OF_HOOKS = "correct the lifecycle hook: its command must be in the image, end soon and end with 0"

OF_STARTS: Remedies = (
    (
        "exec format error",
        "the program is of another architecture than the node, or a script without #!: build it for the node",
    ),
    (
        "run as root|runasnonroot|non-numeric user",
        "set runAsUser to a number other than 0 in the securityContext, or build the image with such a USER",
    ),
    (
        "subpath|not a directory|are you trying to mount a directory",
        "correct subPath and mountPath: a file is mounted over a file, a directory over a directory, "
        "and what subPath names exists in the volume",
    ),
    ("read-only file system", "mount an emptyDir where the program or the runtime writes, or let the root be writable"),
    ("is reserved for", "the runtime still holds the container before it: wait, or restart containerd on that node"),
    ("hook", OF_HOOKS),
    ("permission denied", "make the program executable (chmod +x) for the user that the container runs as"),
    ("no command specified", "the image has no command of its own: give one in the pod template"),
    ("no space left", "free the node's disk, or give the node a larger one"),
)

OF_CREATION: Remedies = (
    ("no runtime for", "install that runtime on the node (the RuntimeClass's handler), or choose nodes that have it"),
    (
        "not found in the list of registered csi drivers",
        "the driver's node pods do not run on that node: see its DaemonSet and its tolerations",
    ),
    (
        "secrets store",
        "the secrets provider may not read the secret or does not find it: see the SecretProviderClass and its role",
    ),
    ("multi-attach", "the volume is on another node: let the pod there end first, or use ReadWriteMany"),
    ("hostpath type check", "make that path on the node, or let the volume make it: type: DirectoryOrCreate"),
    ("failed to fetch token|serviceaccount", "create the ServiceAccount again, and then the pod"),
    ("sandbox|network", "see the network plugin on that node: kubectl get pods -n kube-system -o wide"),
)


def of(message: str, known: Remedies, otherwise: str) -> str:
    """Return what to do about a message; `otherwise` when none of the known words is in it."""
    said = message.lower()
    return next((remedy for words, remedy in known if any(word in said for word in words.split("|"))), otherwise)
