"""Lines that stand around errors in pastes and say nothing about them, as programs, kubectl and people write them."""

from hypothesis import strategies as st

WORDS = st.sampled_from("shop cart order invoice basket theme page banner search-ui gift voucher checkout".split())
NUMBERS = st.integers(1, 99_999)
HEX = st.text("0123456789abcdef", min_size=8, max_size=10)
TIMES = st.datetimes().map(lambda moment: moment.isoformat(sep=" ", timespec="milliseconds"))

TEMPLATES = st.sampled_from(
    [
        "{time} INFO  [main] c.example.{word}.Server - worker {number} started in {number} ms",
        "{time} DEBUG {word} cache hit for key {word}:{number}",
        '10.42.{number}.7 - - [11/Mar/2025:02:31:47 +0900] "GET /{word}/{number} HTTP/1.1" 200 {number}',
        "I0311 02:31:47.115402       1 leaderelection.go:255] successfully acquired lease {word}/{word}-leader",
        "{word}-{hex}-x2m4q   1/1     Running   0          {number}d",
        "    at com.example.{word}.Handler.run(Handler.java:{number})",
        '{{"level":"info","ts":"{time}","msg":"{word} rendered","took_ms":{number}}}',
        "hey, can somebody have a look at {word}? it began {number} minutes ago",
        "{word} 배포하고 나서 이렇습니다. 혹시 보신 분 계신가요?",
        "",
    ]
)

LINES = st.builds(
    lambda template, **values: template.format(**values), TEMPLATES, word=WORDS, number=NUMBERS, hex=HEX, time=TIMES
)
