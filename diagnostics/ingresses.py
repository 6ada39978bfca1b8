"""What an Ingress asks for and has, as far as several checks need it."""

from diagnostics.objects import Object
from diagnostics.resources import INGRESS_CLASSES
from diagnostics.snapshot import Snapshot

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
"""How the class was named before there was a field for it; controllers still read it."""

ALB_CONTROLLER = "ingress.k8s.aws/alb"
"""The controller that an IngressClass of the AWS Load Balancer Controller names."""

_AUTOMATIC = "eks.amazonaws.com/alb"
"""The same of EKS Auto Mode, which runs it outside of the cluster."""


def class_of(ingress: Object) -> str:
    """Return the class that an Ingress asks for, empty when it asks for none."""
    return ingress.text("spec.ingressClassName") or ingress.annotations.get(CLASS_ANNOTATION, "")


def has_address(ingress: Object) -> bool:
    """Say whether a controller has given an Ingress an address."""
    return any(each.text("hostname") or each.text("ip") for each in ingress.each("status.loadBalancer.ingress"))


def is_alb(seen: Snapshot, ingress: Object) -> bool:
    """Say whether an AWS Application Load Balancer is to serve an Ingress."""
    wanted = class_of(ingress)
    named = seen.find(INGRESS_CLASSES, "", wanted)
    return named.text("spec.controller") in (ALB_CONTROLLER, _AUTOMATIC) if named else wanted == "alb"
