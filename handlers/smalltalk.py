"""Small talk: what people say to a bot, as to anybody, that is no question about an error."""

import enum
import re


class SmallTalk(enum.Enum):
    """What somebody meant who said nothing about an error.

    Who asks what the bot is for has greeted it: both want to be told how to begin.
    """

    THANKS = enum.auto()
    GREETING = enum.auto()
    NOTED = enum.auto()


_WORDS = {
    SmallTalk.THANKS: (
        "thanks?|thankyou|thx|tysm|ty|cheers|kudos"
        "|고마(워요?|웠어요?)|고맙(습니다|네요|다)|감사(합니다|해요|드립니다|드려요|했습니다)?|땡큐|ㄱㅅ|ㄳ"
        "|수고(하세요|하셨습니다|했습니다|많으셨습니다)"
    ),
    SmallTalk.GREETING: "hi|hello|hey|hiya|howdy|morning|afternoon|evening|안녕(하세요|하십니까)?|반갑습니다|반가워요",
    SmallTalk.NOTED: (
        "ok|okay|k|kk|yes|yep|yeah|yup|no|nope|np|sure|cool|great|nice|perfect|awesome|excellent|lol|(ha)+|wow"
        "|done|bye|goodbye|noted|understood|got|gotcha|works|worked|fixed|solved|resolved|helped|helpful"
        "|네|넵|넹|예|응|아하|오케이|ㅇㅋ|ㅇㅇ|ㅎ+|ㅋ+|ㅠ+|알겠(습니다|어요)|확인(했습니다|했어요)"
        "|좋(습니다|아요|네요)|해결(됐습니다|됐어요|되었습니다|했습니다|했어요|됨)|됐(습니다|어요|네요)"
    ),
}
_KINDS = {kind: re.compile(words) for kind, words in _WORDS.items()}
_FILLER = re.compile(
    "a|again|all|and|am|are|bot|for|you|u|your|it|its|that|thats|this|the|is|was|i|so|very|much|many|lots?|really|indeed"
    "|now|man|team|everyone|folks|there|good|job|help|answer|quick|day|to|of|me|we|us|s|m"
    "|덕분에|정말|진짜|너무|많이|잘|큰|도움이|도움|빠른|답변|모두|다들|좋은|하루|되세요|아|오|와"
)
_ABOUT_THE_BOT = re.compile(
    "(hi |hello |hey )?"
    "(what (can|do) you do|what are you( for)?|who are you|how do you work|how (do|can|should) i use (you|this bot))"
    "|도움말|사용법( 좀)?( 알려줘요?| 알려주세요)?"
    "|뭐 ?할 수 있(어|어요|나요|니)|무엇을 할 수 있(나요|습니까)|(넌|너는) 누구(야|니)|누구세요"
)
_EMOJI = re.compile(r":[\w+'-]+:")
_WORD = re.compile(r"[^\W\d_]+")

_MOST_WORDS = 12
"""Whoever says more than this has something to say."""


def heard(text: str) -> SmallTalk | None:
    """Return what was meant where every word of `text` is small talk, and at least one tells its kind; else None.

    A question about the bot itself tells its kind as a whole.
    """
    bare = _EMOJI.sub(" ", text)
    if any(character.isdigit() for character in bare):
        return None
    words = _WORD.findall(bare.lower())
    if not words:
        # Emoji, or a line of exclamation marks; a lone question mark asks for something.
        return SmallTalk.NOTED if text.strip() and "?" not in text else None
    if _ABOUT_THE_BOT.fullmatch(" ".join(words)):
        return SmallTalk.GREETING
    telling = [word for word in words if not _FILLER.fullmatch(word)]
    kinds = [next((kind for kind, known in _KINDS.items() if known.fullmatch(word)), None) for word in telling]
    if len(words) > _MOST_WORDS or None in kinds:
        return None
    # Thanks outweigh a greeting, and both outweigh an "ok": the order in which the kinds stand above.
    return next((kind for kind in SmallTalk if kind in kinds), None)
