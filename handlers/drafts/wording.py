"""What the bot says around the beginning of an entry, in each of its languages.

Texts are mrkdwn of our own, as in `handlers.wording`; `plain` ones are shown as they are.
"""

from dataclasses import dataclass

from knowledge.entry import Language


@dataclass(frozen=True)
class Wording:
    """The texts in one language."""

    begin_plain: str
    form_title_plain: str
    submit_plain: str
    introduction: str
    title_plain: str
    id_plain: str
    id_hint_plain: str
    signatures_plain: str
    signatures_hint_plain: str
    example_plain: str
    example_hint_plain: str
    cause_plain: str
    fix_plain: str
    tags_plain: str
    tags_hint_plain: str

    id_odd_plain: str
    id_taken_plain: str

    too_late: str
    paste_gone: str
    begun: str
    commit: str
    commit_link: str
    lacks: str


ENGLISH = Wording(
    begin_plain="📝 Document it",
    form_title_plain="Begin an entry",
    submit_plain="Make the file",
    introduction="What you write here becomes a markdown file for your repository of entries. What looks like a secret "
    "is masked; please look again.",
    title_plain="What is wrong, in one line",
    id_plain="Name of the file, without .md",
    id_hint_plain="Lower-case letters, digits and hyphens.",
    signatures_plain="What the program prints, one signature a line",
    signatures_hint_plain="The part that is always the same; * stands for any text.",
    example_plain="The paste, as an example that must find the entry",
    example_hint_plain="Remove what nobody else should read.",
    cause_plain="Cause",
    fix_plain="Fix",
    tags_plain="Tags",
    tags_hint_plain="Components and products, with commas between them.",
    id_odd_plain="Use lower-case letters, digits and hyphens, 120 at most.",
    id_taken_plain="There is an entry of this name already.",
    too_late=":hourglass: Slack opens a form only within three seconds, and I was slower. Please press again.",
    paste_gone="The message is no longer there, so there is nothing to begin an entry with.",
    begun=":memo: {user} has begun an entry: *{title}*",
    commit="Commit `{file}` to your folder of entries; from then on it answers.",
    commit_link="{link}, or commit `{file}` to your folder of entries; from then on it answers.",
    lacks="What `pastemortem kb lint` will still ask for:",
)

KOREAN = Wording(
    begin_plain="📝 문서로 남기기",
    form_title_plain="문서 초안 작성",
    submit_plain="파일 만들기",
    introduction="작성한 내용은 문서 저장소에 올릴 마크다운 파일이 됩니다. 비밀 값으로 보이는 부분은 가렸지만 한 번 더 "
    "확인해 주시기 바랍니다.",
    title_plain="무엇이 문제인지 한 줄로",
    id_plain="파일 이름 (.md 제외)",
    id_hint_plain="영문 소문자, 숫자, 하이픈만 쓸 수 있습니다.",
    signatures_plain="프로그램이 출력하는 메시지 (한 줄에 하나씩)",
    signatures_hint_plain="항상 똑같이 나오는 부분만 적습니다. *는 아무 텍스트나 대신합니다.",
    example_plain="붙여 넣은 내용 (이 문서를 찾아야 하는 예시)",
    example_hint_plain="다른 사람이 보면 안 되는 내용은 지워 주시기 바랍니다.",
    cause_plain="원인",
    fix_plain="조치",
    tags_plain="태그",
    tags_hint_plain="컴포넌트나 제품 이름을 쉼표로 구분해 적습니다.",
    id_odd_plain="영문 소문자, 숫자, 하이픈만 120자까지 쓸 수 있습니다.",
    id_taken_plain="같은 이름의 문서가 이미 있습니다.",
    too_late=":hourglass: Slack은 3초 안에만 양식을 열 수 있는데 제가 늦었습니다. 다시 눌러 주시기 바랍니다.",
    paste_gone="메시지가 삭제되어 초안을 만들 내용이 없습니다.",
    begun=":memo: {user} 님이 문서 초안을 작성했습니다: *{title}*",
    commit="`{file}` 파일을 문서 폴더에 커밋하면 그때부터 답변에 쓰입니다.",
    commit_link="{link}를 누르거나 `{file}` 파일을 문서 폴더에 커밋하면 그때부터 답변에 쓰입니다.",
    lacks="`pastemortem kb lint` 명령이 더 요구할 항목:",
)

LANGUAGES: dict[Language, Wording] = {"en": ENGLISH, "ko": KOREAN}


def wording(language: Language) -> Wording:
    """Return the texts in `language`, or in English."""
    return LANGUAGES.get(language, ENGLISH)
