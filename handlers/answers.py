"""What to say about a post, and whether to say anything."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers import above, files, gaps, requests, smalltalk, threads, whispers, words
from handlers.desk import Desk
from handlers.diag import button, suggestion
from handlers.drafts import begin
from handlers.files import Reading
from handlers.job import Job
from handlers.post import Post
from handlers.replies import Reply
from handlers.smalltalk import SmallTalk
from handlers.views import card, escaping, guide, listing
from handlers.views.card import Style
from handlers.views.layout import Message
from handlers.votes import Tally
from knowledge.match import Answer, Match


@dataclass(frozen=True)
class Look:
    """What came of looking at a `text`: `fresh` answers are new to the thread, `given` ones stand there already."""

    found: Answer
    fresh: tuple[Match, ...]
    given: Mapping[str, Reply]
    reading: Reading
    text: str


def answer(desk: Desk, job: Job, said: Post) -> None:
    """Answer a post in its thread, or correct the answer that stands there, or stay silent."""
    style = desk.style(said.user)
    reading = files.read(desk.client, said.files, style.say, desk.snippet_bytes)
    if reading.scope_missing and said.user and not said.addressed:
        whispers.tell(desk, said.channel, said.user, guide.sentence(style.say.file_scope))
    spoken = said.text if said.addressed and not reading.text else ""
    asked, talk = words.spoken(spoken), smalltalk.heard(spoken)
    if asked is not None:
        threads.say(desk, job, said, requests.answer(desk, asked, style, said.channel))
    elif talk is not None:
        _answer_small_talk(desk, job, said, talk, style)
    elif look := _look_where_asked(desk, said, reading, style):
        _answer_paste(desk, job, said, look, style)
    elif said.addressed:
        threads.say(desk, job, said, _nothing_to_match(said, reading, style))
    else:
        _withdraw(desk, job, said, style)


def answer_for(desk: Desk, job: Job, said: Post, style: Style) -> Message:
    """Answer a post for a person who asked about it, in its thread if it is documented; return what to tell them."""
    look = look_at(desk, said, style)
    if look.fresh:
        _say_documented(desk, job, said, look, style)
        return guide.sentence(style.say.answered_in_thread.format(title=card.title_of(look.fresh[0].entry, style)))
    return _nothing_new(desk, said, look, style)


def answer_privately(desk: Desk, said: Post, style: Style) -> Message:
    """Return the answer to a post for one person's eyes, since the bot may not speak where it stands."""
    look = look_at(desk, said, style)
    return _whole(look, style) if look.found.answers else undocumented(desk, said, look, style)


def look_at(desk: Desk, said: Post, style: Style) -> Look:
    """Match the text of a post and of its files."""
    reading = files.read(desk.client, said.files, style.say, desk.snippet_bytes)
    return _look(desk, said, _joined(said.text, reading.text), reading)


def undocumented(desk: Desk, said: Post, look: Look, style: Style) -> Message:
    """Return the honest answer; a short text may have been meant as a command."""
    near = words.nearest(words.request(said.text).word) if len(said.text.splitlines()) == 1 else None
    hint = requests.did_you_mean((near,) if near else (), style)
    ask = suggestion.offered(desk, look.text, said.channel)
    # What somebody points at in a thread is most often what it began with.
    shows = replace(said, ts=said.thread) if _points(said) else said
    note = "\n".join(look.reading.notes)
    return listing.undocumented(
        look.found.matches, style, note=note, hint=" ".join(hint), ask=ask, begin=begin.carried(look.text, shows)
    )


def _answer_small_talk(desk: Desk, job: Job, said: Post, talk: SmallTalk, style: Style) -> None:
    """Be polite: an "ok" is not answered, unless it stands where an answered paste stood."""
    match talk:
        case SmallTalk.THANKS:
            threads.say(desk, job, said, guide.sentence(style.say.welcome))
        case SmallTalk.GREETING:
            threads.say(desk, job, said, guide.guide(style.say))
        case SmallTalk.NOTED:
            _withdraw(desk, job, said, style)


def _withdraw(desk: Desk, job: Job, said: Post, style: Style) -> None:
    """Correct the answer that stands, if there is one, since the post no longer shows what it documents."""
    if desk.replies.reply_to(said.channel, said.ts) is not None:
        threads.say(desk, job, said, guide.sentence(style.say.changed))


def _answer_paste(desk: Desk, job: Job, said: Post, look: Look, style: Style) -> None:
    _note_gap(desk, said, look)
    if look.fresh:
        _say_documented(desk, job, said, look, style)
    elif said.addressed:
        threads.say(desk, job, said, _nothing_new(desk, said, look, style))
    elif desk.replies.reply_to(said.channel, said.ts) is not None:
        told = _repeated(desk, look, style) if look.found.answers else guide.sentence(style.say.changed)
        threads.say(desk, job, said, told)


def _points(said: Post) -> bool:
    """Tell whether a post in a thread shows nothing itself, but asks about what stands above it."""
    return said.thread != said.ts and not said.files and (not said.text or words.points(said.text))


def _note_gap(desk: Desk, said: Post, look: Look) -> None:
    """Remember a post that nothing documents, and forget one that was edited into something else.

    Who only points at what stands above has not shown an error.
    """
    gap = None if look.found.answers or _points(said) else gaps.of(said, look.text)
    if gap:
        desk.gaps.keep_gap(gap)
    else:
        desk.gaps.close_gap(said.channel, said.ts)


def _say_documented(desk: Desk, job: Job, said: Post, look: Look, style: Style) -> None:
    behind = [match for match in look.found.matches if match not in look.fresh]
    standing = desk.replies.reply_to(said.channel, said.ts)
    first = look.fresh[0].entry.id
    tally = desk.votes.tally(said.channel, standing.reply_ts, first) if standing else Tally()
    check_in = button.offered(desk, look.fresh[0], look.text, said.channel)
    ask = suggestion.offered(desk, look.text, said.channel)
    message = card.documented(card.sorted_out([*look.fresh, *behind]), style, tally, check_in=check_in, ask=ask)
    threads.say(desk, job, said, message, tuple(match.entry.id for match in look.fresh))


def _look(desk: Desk, said: Post, text: str, reading: Reading) -> Look:
    found = desk.knowledge.match(text)
    here = desk.replies.entries_in(said.channel, said.thread)
    given = {entry_id: reply for entry_id, reply in here.items() if reply.source_ts != said.ts}
    return Look(found, tuple(match for match in found.answers if match.entry.id not in given), given, reading, text)


def _nothing_new(desk: Desk, said: Post, look: Look, style: Style) -> Message:
    return _repeated(desk, look, style) if look.found.answers else undocumented(desk, said, look, style)


def _repeated(desk: Desk, look: Look, style: Style) -> Message:
    """Point to the answer that the thread has had already, or give it again where somebody removed that."""
    entry = look.found.answers[0].entry
    reply = look.given[entry.id]
    link = threads.permalink(desk, reply.channel, reply.reply_ts)
    if not link:
        return _whole(look, style)
    return guide.sentence(style.say.said_before.format(title=escaping.link(link, card.title_of(entry, style))))


def _whole(look: Look, style: Style) -> Message:
    return card.documented(card.sorted_out(look.found.matches), style, Tally())


def _nothing_to_match(said: Post, reading: Reading, style: Style) -> Message:
    if said.files:
        return guide.sentence("\n".join(reading.notes) or style.say.nothing_to_match)
    return guide.guide(style.say)


def _look_where_asked(desk: Desk, said: Post, reading: Reading, style: Style) -> Look | None:
    """Look at the post; where it only points ("any idea?") or has no words, at what stands above it in its thread."""
    look = _look_at_post(desk, said, reading)
    if look is None:
        return _look_above(desk, said, style)
    if look.found.answers or not words.points(said.text):
        return look
    higher = _look_above(desk, said, style)
    return higher if higher is not None and _nearness(higher) > _nearness(look) else look


def _look_at_post(desk: Desk, said: Post, reading: Reading) -> Look | None:
    text = _joined(said.text, reading.text)
    return _look(desk, said, text, reading) if text else None


def _look_above(desk: Desk, said: Post, style: Style) -> Look | None:
    """Look at what a mention without words of its own asks about; None if that is nothing.

    It is the newest paste of the thread that is documented and has no answer there yet, else the newest that is
    documented, else what came nearest to being it.
    """
    if not said.mentioned or said.thread == said.ts or said.files:
        return None
    looks = [_look(desk, said, text, Reading()) for text in above.texts(desk, said, style)]
    unanswered = (look for look in looks if look.fresh)
    return next(unanswered, None) or max(looks, key=_nearness, default=None)


def _nearness(look: Look) -> tuple[bool, float]:
    best = look.found.matches[0].score if look.found.matches else 0.0
    return bool(look.found.answers), 0.0 if look.found.answers else best


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))
