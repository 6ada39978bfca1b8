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

OF_PROBES: Remedies = (
    (
        "executable file not found|no such file or directory",
        "the probe's command is not in the image: put it there, or let the kubelet ask by httpGet, tcpSocket or grpc",
    ),
    (
        'parsing "',
        "the probe names a port that no container has by that name: name one of its ports, or give the number",
    ),
    (
        "connection refused",
        "nothing listens on the port that the probe asks, or not yet: compare it with the port in the log",
    ),
    ("statuscode: 404", "the path of the probe does not exist: correct it to one that the program answers"),
    ("statuscode: 401|statuscode: 403", "the path of the probe wants a login: let it be asked without"),
    (
        "server gave http response to https client",
        "the program speaks plain HTTP there: take scheme: HTTPS out of the probe",
    ),
)

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
    (
        "chdir to cwd",
        "correct workingDir in the pod template: it must be in the image, open to the user that the container runs as",
    ),
    (
        "unable to find user|no matching entries in passwd",
        "name a user that the image has, or give a number: runAsUser",
    ),
    ("hook", OF_HOOKS),
    ("permission denied", "make the program executable (chmod +x) for the user that the container runs as"),
    ("no command specified", "the image has no command of its own: give one in the pod template"),
    ("no space left", "free the node's disk, or give the node a larger one"),
)

OF_LOGS: Remedies = (
    OF_STARTS[0],
    ("read-only file system", "mount an emptyDir where the program writes, or let the root be writable"),
    ("permission denied (publickey", "give it a key that the server knows, from a Secret with defaultMode: 0400"),
    ("permission denied for", "let the database's user do this (GRANT), or use one that may"),
    (
        "access denied for user|password authentication failed|authentication failed|wrongpass|login failed for user|"
        "invalid username or password",
        "the server refuses these credentials; compare the Secret with the account there; a pod keeps the "
        "variables that it began with, so restart it after a change",
    ),
    (
        "permission denied|eacces|operation not permitted",
        "let the user that the container runs as do this: runAsUser, fsGroup (volumes), capabilities, ports over 1023",
    ),
    (
        "outofmemoryerror|heap out of memory|cannot allocate memory|std::bad_alloc",
        "its own heap is full, not the container: give it more (-Xmx or MaxRAMPercentage, --max-old-space-size) within "
        "the memory limit, or see what fills it",
    ),
    (
        "could not acquire change log lock|lockexception|migration is locked|database is locked",
        "an earlier run that was killed left the lock behind: see that no other runs, then release it",
    ),
    (
        "address already in use|eaddrinuse",
        "two containers of the pod, or two parts of the program, want the same port: give one of them another",
    ),
    ("no space left", "see what fills the volume or the node's disk, and give it more room"),
    (
        "cannot find module|no module named|classnotfoundexception|noclassdeffounderror|could not find or load main|"
        "cannot open shared object file",
        "the image lacks a part of the program: build it in, or correct the path (working directory, class path)",
    ),
    (
        "unknown flag|but not defined|unrecognized option|unrecognized vm option|unknown option|unknown command",
        "correct args, or the variable that holds the options, in the pod template",
    ),
    (
        "received too many requests|429 too many requests|client-side throttling",
        "it asks the API server more than its share: let it watch and not list, and see the flow-control check",
    ),
    ("connection refused", "nothing listens where it asks: does that server run, are address and port right?"),
    (
        "no such host|name or service not known|could not resolve|host not found|temporary failure in name resolution",
        "is the name right, and does it resolve (kubectl get services in its namespace, the dns check)?",
    ),
)
"""By the last telling line of a program that ends by itself."""

OF_CALLS: Remedies = (
    ("no endpoints|not found|no service port", "bring back the Service that it calls"),
    (
        "x509|certificate",
        "its caBundle and the certificate that it serves must belong together and be valid: see what renews them "
        "(cert-manager's cainjector, the webhook's own job)",
    ),
    (
        "deadline exceeded|i/o timeout|timed out|timeout exceeded",
        "see its pods' load and log, and whether a policy or a firewall stands between",
    ),
)
"""An admission webhook that cannot be called."""

OF_EVICTIONS: Remedies = (
    (
        "exceeds the limit|exceeds the total limit|exceeded its local ephemeral storage limit",
        "see what the container writes there (logs, caches, temporary files); raise the limit "
        "(ephemeral-storage, or the emptyDir's sizeLimit), or write to a volume of its own",
    ),
)
"""A pod that is evicted for its own limit; otherwise the node is to be looked at."""

OF_REJECTIONS: Remedies = (
    (
        "predicate nodeaffinity|didn't match pod's node affinity",
        "the pod was bound to a node that it does not fit: take nodeName out of the pod template, or see whether the "
        "node's labels were changed",
    ),
    (
        "didn't have enough resource|devices unavailable",
        "the node had less left than the scheduler thought, or nobody asked it: take nodeName out of the pod template, "
        "see what runs on the node beside the scheduler's pods (static pods), and delete the failed pods",
    ),
    (
        "no healthy devices|cannot allocate unhealthy",
        "the device plugin of that node reports its devices as unhealthy: see its DaemonSet there, and the node itself",
    ),
    ("active on the node longer", "raise activeDeadlineSeconds of the pod, or see what it waited for"),
    ("admit critical pod", "the node had no room for a pod of higher priority: make the pod again, somewhere else"),
    (
        "forbidden sysctl",
        "let the kubelet allow it (allowedUnsafeSysctls), or take it out of the pod; delete the failed ones",
    ),
)
"""A kubelet that refuses a pod which was given to its node."""

OF_VOLUMES: Remedies = (
    (
        "not found in the list of registered csi drivers",
        "the driver's node pods do not run on that node: see its DaemonSet and its tolerations",
    ),
    (
        "persistentvolume's node affinity|volume node affinity conflict",
        "the volume is in another zone: let the pod run where it is",
    ),
    ("fsck|wrong fs type", "the file system is damaged, or of another type: check it (fsck) from a rescue pod"),
    (
        "access denied by server|mount.nfs",
        "let the node reach the server (port 2049, security group, EFS mount target), and its address mount the export",
    ),
    ("hostpath type check", "make that path on the node, or let the volume make it: type: DirectoryOrCreate"),
    ("no such file|does not exist", "make that path on the node, or correct the path or the share of the volume"),
    (
        "attachment limit|maximum",
        "the node holds as many volumes as it can: use another node, or set the driver's volume limit",
    ),
    ("unauthorizedoperation", "let the driver's role attach volumes (for EBS: AmazonEBSCSIDriverPolicy)"),
)
"""A volume that cannot be attached to the node of its pod, or mounted there."""

OF_CREATION: Remedies = (
    ("no space left", "free the node's disk (crictl rmi --prune), or give the node a larger one"),
    (
        "sandbox image",
        "the node does not get the pause image that every pod begins with: see whether it reaches that registry, or "
        "name one that it reaches (containerd: sandbox_image)",
    ),
    ("oom-killed (memory limit too low", "raise the memory limit: not even the runtime's own process fits into it"),
    ("no runtime for", "install that runtime on the node (the RuntimeClass's handler), or choose nodes that have it"),
    ("secretproviderclass", "create the SecretProviderClass that the message names, or correct its name in the pod"),
    (
        "secrets store",
        "the secrets provider may not read the secret or does not find it: see the SecretProviderClass and its role",
    ),
    (
        "dra driver|dynamic resources",
        "the driver of the device does not answer on that node: see its DaemonSet there, and kubectl describe "
        "resourceclaims",
    ),
    ("failed to fetch token|serviceaccount", "create the ServiceAccount again, and then the pod"),
    ("multi-attach", "the volume is on another node: let the pod there end first, or use ReadWriteMany"),
    *OF_VOLUMES,
    ("sandbox|network", "see the network plugin on that node: kubectl get pods -n kube-system -o wide"),
)
"""A pod that has its node and is not made."""


def of(message: str, known: Remedies, otherwise: str) -> str:
    """Return what to do about a message; `otherwise` when none of the known words is in it."""
    said = message.lower()
    return next((remedy for words, remedy in known if any(word in said for word in words.split("|"))), otherwise)
