"""Methods that show modals and App Homes."""

from workspace.errors import Refused
from workspace.shapes import Json
from workspace.web_api.method import Request, method


@method("views.open")
def open_modal(request: Request) -> Json:
    """Open a modal for the person behind a trigger."""
    trigger = request.slack.triggers.exchange(request.required("trigger_id", "invalid_trigger_id"))
    return {"view": request.slack.views.open(trigger.user, _view(request))}


@method("views.push")
def push(request: Request) -> Json:
    """Lay a modal on top of the one in which the trigger was made."""
    trigger = request.slack.triggers.exchange(request.required("trigger_id", "invalid_trigger_id"))
    return {"view": request.slack.views.push(trigger.user, _view(request))}


@method("views.update")
def update(request: Request) -> Json:
    """Change an open modal, named by the app's own id for it or by the workspace's."""
    views = request.slack.views
    view_id = request.text("view_id") or views.by_external_id(request.required("external_id"))
    return {"view": views.update(view_id, _view(request), hash_seen=request.text("hash") or None)}


@method("views.publish")
def publish(request: Request) -> Json:
    """Change somebody's App Home."""
    if not request.slack.app.manifest.has_home:
        raise Refused("not_enabled")
    user = request.user("user_id")
    return {"view": request.slack.views.publish(user.id, _view(request), hash_seen=request.text("hash") or None)}


def _view(request: Request) -> Json:
    view = request.structure("view")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    return view
