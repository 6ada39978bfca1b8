"""What runs in `kube-system` and is to blame for what goes wrong elsewhere.

Each has its name here alone: findings are grouped under the one that is about the very object that the others blame.
"""

from diagnostics import iam
from diagnostics.objects import Reference

NAMESPACE = "kube-system"

CONTROLLER_MANAGER = "kube-controller-manager"

LEASE_OF_CONTROLLERS = Reference("Lease", NAMESPACE, CONTROLLER_MANAGER)
"""Nobody renews it where the controllers do not run."""

KUBE_PROXY = Reference("DaemonSet", NAMESPACE, "kube-proxy")
LOAD_BALANCER_CONTROLLER = Reference("Deployment", NAMESPACE, "aws-load-balancer-controller")
POD_IDENTITY_AGENT = Reference("DaemonSet", NAMESPACE, iam.POD_IDENTITY_AGENT)
