"""Apps of many kinds that join a workspace: made with Bolt, a bare Socket Mode client, a bare request URL."""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.loopback import Handler, LoopbackServer
from workspace.server import LocalWorkspace


def client_of(workspace: LocalWorkspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


def bolt_app(workspace: LocalWorkspace) -> App:
    return App(client=client_of(workspace), signing_secret=workspace.signing_secret)


@contextmanager
def joined(app: App, workspace: LocalWorkspace) -> Iterator[SocketModeHandler]:
    """Join an app over Socket Mode for as long as the context lasts."""
    before = workspace.connected
    handler = SocketModeHandler(app, workspace.app_token, web_client=app.client)
    handler.connect()
    workspace.wait_for(lambda: workspace.connected > before)
    try:
        yield handler
    finally:
        leave(handler.client)


def leave(client: SocketModeClient) -> None:
    """Close a client without waiting for its reader, which looks up from an empty queue once a second only."""
    client.message_processor.event.set()
    client.enqueue_message("{}")
    client.close()


class Listener:
    """A bare Socket Mode client that keeps what it gets, and acknowledges it unless it is told not to."""

    def __init__(self, workspace, acknowledges=lambda request: True):
        self.requests = []
        self.client = SocketModeClient(workspace.app_token, web_client=client_of(workspace), ping_interval=1)
        self.acknowledges = acknowledges
        self.client.socket_mode_request_listeners.append(self.take)

    def __enter__(self):
        self.client.connect()
        return self

    def __exit__(self, *_):
        leave(self.client)

    def take(self, client, request):
        self.requests.append(request)
        if self.acknowledges(request):
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    def events(self, kind="message"):
        return [r.payload["event"] for r in self.requests if r.payload["event"]["type"] == kind]


class Endpoint:
    """A request URL that keeps the requests it gets; `answer` returns the status and the body for each."""

    def __init__(self, answer):
        self.requests = []
        endpoint = self

        class Answering(Handler):
            def answer(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                endpoint.requests.append((headers, body))
                status, content = answer(headers, body)
                self.send_response(status)
                self.send_header("content-length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())

        self.server = LoopbackServer(Answering)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.port}/slack/events"

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *failure):
        self.server.__exit__(*failure)
