"""Methods about users."""

from workspace.shapes import Json
from workspace.web_api.method import Request, method
from workspace.web_api.pages import page


@method("users.info", scope="users:read")
def info(request: Request) -> Json:
    """Describe a user; the locale comes only when it is asked for."""
    user = request.user()
    return {"user": user.as_json(request.slack.team.id, include_locale=request.flag("include_locale"))}


@method("users.list", scope="users:read")
def list_all(request: Request) -> Json:
    """List everybody in the team."""
    team = request.slack.team
    rows, more = page(request, list(team.users.values()), limit=200)
    locale = request.flag("include_locale")
    return {"members": [user.as_json(team.id, include_locale=locale) for user in rows], **more}
