"""The ASGI application: every route of the workspace, behind the guard."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from workspace.doors import Doors
from workspace.guard import LocalOnly
from workspace.page.feed import Feed
from workspace.page.routes import Page
from workspace.seed import Sample
from workspace.slack import Slack
from workspace.web_api.desk import Desk


def application(slack: Slack, feed: Feed, samples: tuple[Sample, ...]) -> Starlette:
    """Return the application over one workspace."""
    routes = [
        Route("/api/{method}", Desk(slack).answer, methods=["GET", "POST"]),
        *Doors(slack).routes(),
        *Page(slack, feed, samples).routes(),
    ]
    return Starlette(routes=routes, middleware=[Middleware(LocalOnly)])
