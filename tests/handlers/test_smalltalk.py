import pytest

from handlers import smalltalk
from handlers.smalltalk import SmallTalk


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Thank you so much :tada:",
        "thx, that fixed it",
        "ok thanks",
        "hi, thanks a lot everyone",
        "고마워요",
        "고맙습니다 덕분에 해결됐습니다",
        "감사합니다!!",
        "네 감사합니다 ㅎㅎ",
    ],
)
def test_thanks_are_thanks(text):
    assert smalltalk.heard(text) is SmallTalk.THANKS


@pytest.mark.parametrize("text", ["hi", "Hello!", "good morning team", "안녕하세요", "hey bot, are you there"])
def test_greetings_are_greetings(text):
    assert smalltalk.heard(text) is SmallTalk.GREETING


@pytest.mark.parametrize(
    "text",
    ["What can you do?", "who are you", "How do I use this bot?", "도움말", "사용법 알려주세요", "뭐 할 수 있어요?"],
)
def test_who_asks_what_the_bot_is_for_is_greeted(text):
    assert smalltalk.heard(text) is SmallTalk.GREETING


@pytest.mark.parametrize("text", ["ok", "got it", "👍", ":+1:", "!!", "it works now", "넵", "ㅋㅋㅋ", "알겠습니다"])
def test_a_nod_is_a_nod(text):
    assert smalltalk.heard(text) is SmallTalk.NOTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "help me",
        "what is this?",
        "what can you do about OOMKilled?",
        "thanks, and what about OOMKilled?",
        "thanks but redis is down",
        "it does not work",
        "hello from 10.0.0.1",
        "exit code 1",
        "감사 로그가 쌓이지 않습니다",
        "감사로그",
        "파드가 안 뜹니다",
        "ok: 3 failed: 1",
        "thanks " * 20,
    ],
)
def test_whatever_may_be_more_than_small_talk_is_no_small_talk(text):
    assert smalltalk.heard(text) is None
