"""Where a run is shown: one message that is posted once and changed from then on."""

import structlog
from slack_sdk.errors import SlackApiError

from handlers import threads, whispers
from handlers.desk import Desk
from handlers.diag.asked import Asked
from handlers.diag.wording import Wording
from handlers.replies import Reply
from handlers.views import guide
from handlers.views.layout import Message

log = structlog.get_logger()


class Stage:
    """The place of one answer.

    Everybody in the channel sees it: an incident is worked on together. Where the bot may not speak, it is a direct
    message to whoever asked.
    """

    def __init__(self, desk: Desk, asked: Asked, say: Wording) -> None:
        self._desk = desk
        self._asked = asked
        self._say = say
        standing = desk.replies.reply_to(asked.channel, asked.source)
        self._channel = asked.channel
        self._ts, self._thread = (standing.reply_ts, standing.thread_ts) if standing else ("", "")

    def show(self, message: Message) -> None:
        """Show a message in place of the one before."""
        if self._ts and threads.corrected(self._desk, self._channel, self._ts, message):
            return
        try:
            self._post(message)
        except SlackApiError as problem:
            if problem.response.get("error") not in threads.OUTSIDE or self._channel == self._asked.user:
                raise
            self._channel = self._asked.user
            self._post(message)
            if self._asked.respond_at:
                whispers.respond(self._desk, self._asked.respond_at, guide.sentence(self._say.not_in_channel))

    def try_to_show(self, message: Message) -> None:
        """Show a message if Slack takes it: the next one will say more anyway."""
        try:
            self.show(message)
        except (SlackApiError, OSError) as problem:
            log.warning("progress not shown", channel=self._channel, problem=type(problem).__name__)

    def finish(self, message: Message) -> None:
        """Show the last message, with its file in the thread below."""
        self.show(message)
        if message.file:
            threads.attach(self._desk, self._channel, self._thread, message.file)

    def _post(self, message: Message) -> None:
        asked = self._asked
        in_channel = self._channel == asked.channel
        response = self._desk.client.chat_postMessage(
            channel=self._channel,
            thread_ts=(asked.thread or None) if in_channel else None,
            text=message.text,
            blocks=list(message.blocks),
            unfurl_links=False,
            unfurl_media=False,
        )
        # A direct message is addressed by a person's id once; from then on it has an id of its own.
        self._channel, self._ts = str(response["channel"]), str(response["ts"])
        self._thread = (asked.thread if in_channel else "") or self._ts
        if in_channel:
            self._desk.replies.keep_reply(Reply(self._channel, asked.source, self._thread, self._ts, (), ""))
