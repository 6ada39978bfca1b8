"""Methods about the app and its team."""

from workspace.errors import Refused
from workspace.shapes import Json
from workspace.web_api.method import Request, method


@method("api.test", open_to_all=True)
def api_test(request: Request) -> Json:
    """Answer with the arguments."""
    if error := request.text("error"):
        raise Refused(error, args=request.arguments)
    return {"args": request.arguments}


@method("auth.test")
def auth_test(request: Request) -> Json:
    """Say whose token this is."""
    team, app = request.slack.team, request.slack.app
    return {
        "url": f"{team.base_url}/",
        "team": team.name,
        "team_id": team.id,
        "user": app.user.name,
        "user_id": app.user.id,
        "bot_id": app.user.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", by_app_token=True)
def apps_connections_open(request: Request) -> Json:
    """Hand out a WebSocket URL that works once."""
    base_url = request.slack.team.base_url.replace("http", "ws", 1)
    return {"url": f"{base_url}/link/?ticket={request.slack.socket_mode.ticket()}&app_id={request.slack.app.app_id}"}


@method("bots.info", scope="users:read")
def bots_info(request: Request) -> Json:
    """Describe an app's bot."""
    bot_id = request.text("bot") or request.slack.app.user.bot_id or ""
    user = request.slack.team.bot(bot_id)
    if user is None:
        raise Refused("bot_not_found")
    described = {"id": bot_id, "app_id": user.app_id, "user_id": user.id, "name": user.real_name, "deleted": False}
    return {"bot": described}


@method("team.info", scope="team:read")
def team_info(request: Request) -> Json:
    """Describe the team."""
    team = request.slack.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "url": f"{team.base_url}/"}}
