"""Everything that the bot says, in each of its languages.

Texts are mrkdwn of our own. What stands in braces is filled in by the views, escaped. `plain` texts (buttons, titles)
are shown as they are, without mrkdwn.
"""

from dataclasses import dataclass

from knowledge.entry import Language, Section


@dataclass(frozen=True)
class Wording:
    """The bot's texts in one language."""

    sure: str
    likely: str
    evidence: str
    rivals: str
    also: str
    also_line: str
    moved_to_file: str
    source: str

    sure_plain: str
    likely_plain: str
    entry_plain: str
    line_plain: str
    signature_plain: str
    tells_plain: str
    undocumented_plain: str
    nearest_plain: str
    on_cluster_plain: str

    section_symptom: str
    section_cause: str
    section_fix: str
    section_verify: str
    section_background: str

    helped_plain: str
    not_this_plain: str
    show_plain: str
    whole_entry_plain: str
    others_plain: str
    close_plain: str
    entry_title_plain: str
    others_title_plain: str

    not_documented: str
    nothing_near: str
    nearest: str
    how_to_ask: str
    said_before: str
    changed: str
    answered_in_thread: str
    nothing_to_match: str
    welcome: str

    voted_helped: str
    voted_not_this: str
    try_others: str
    entry_gone: str
    others_gone: str
    entry_unknown: str
    did_you_mean: str

    found: str
    found_none: str
    found_nearest: str
    listed: str
    listed_tag: str
    tag_unknown: str
    tags: str
    and_more: str

    gaps: str
    gaps_none: str
    gaps_elsewhere: str
    gap: str
    gap_newest: str

    help_title: str
    help_paste: str
    help_search: str
    help_show: str
    help_match: str
    help_list: str
    help_gaps: str
    help_help: str
    help_diag: str
    help_threads: str
    word_unknown: str
    word_missing: str

    busy: str
    failed: str

    file_scope: str
    file_too_large: str
    file_not_text: str
    file_unavailable: str

    def heading(self, section: Section) -> str:
        """Return the heading of a section of an entry."""
        headings: dict[Section, str] = {
            Section.SYMPTOM: self.section_symptom,
            Section.CAUSE: self.section_cause,
            Section.FIX: self.section_fix,
            Section.VERIFY: self.section_verify,
            Section.BACKGROUND: self.section_background,
        }
        return headings[section]


ENGLISH = Wording(
    sure="*Sure.* This is documented.",
    likely="*Likely.* This resembles a documented issue; compare the two lines.",
    evidence="Line {line} of the paste, and what the entry knows:",
    rivals="*The same line is documented for other causes too.* What tells them apart:",
    also="*Also in this paste*",
    also_line="line {line}: {title}",
    moved_to_file=":page_facing_up: The rest does not fit here; the whole entry is attached as a file.",
    source="source",
    sure_plain="sure",
    likely_plain="likely",
    entry_plain="entry",
    line_plain="line {line}",
    signature_plain="signature",
    tells_plain="tell apart",
    undocumented_plain="Nothing that is documented explains this paste.",
    nearest_plain="nearest",
    on_cluster_plain="On the cluster: {command}",
    section_symptom="Symptom",
    section_cause="Cause",
    section_fix="Fix",
    section_verify="Verify",
    section_background="Background",
    helped_plain="👍 This helped",
    not_this_plain="👎 Not this",
    show_plain="Show",
    whole_entry_plain="Whole entry",
    others_plain="Other candidates ({count})",
    close_plain="Close",
    entry_title_plain="Documented entry",
    others_title_plain="Other candidates",
    not_documented="*Not documented.* Nothing in the knowledge base fits this well enough to be called an answer.",
    nothing_near="No entry comes near it either.",
    nearest="*Nearest entries*, none of which may be yours:",
    how_to_ask="Paste the line that names the error, or try `/kb search` with a few words.",
    said_before="Answered above in this thread: {title}",
    changed=":pencil2: The text was edited; nothing that is documented fits it any more.",
    answered_in_thread="The answer stands in the thread: {title}",
    nothing_to_match="There is no text here to look for. Paste an error message, or attach it as a snippet.",
    welcome="You are welcome. Paste the next error whenever there is one.",
    voted_helped="Noted: this helped. Thank you.",
    voted_not_this="Noted: this is something else. Thank you.",
    try_others="These came next:",
    entry_gone="The entry `{id}` is no longer in the knowledge base.",
    others_gone="None of the other candidates is in the knowledge base any more.",
    entry_unknown="There is no entry `{id}`.",
    did_you_mean="Did you mean {words}?",
    found="*{count:entry|entries}* for “{text}”",
    found_none="No entry holds “{text}”. Try fewer or other words.",
    found_nearest="No entry holds “{text}”. *Nearest*, for “{words}”:",
    listed="*{count:entry|entries}*",
    listed_tag="*{count:entry|entries}* with the tag `{tag}`",
    tag_unknown="No entry has the tag `{tag}`.",
    tags="Tags: {tags}",
    and_more="… and {count} more. Narrow it with a tag: `/kb list TAG`",
    gaps="*Not documented yet*, in this channel, the most frequent first:",
    gaps_none=":white_check_mark: Nothing was asked in this channel that is not documented.",
    gaps_elsewhere="{count:more post|more posts} in other channels; ask there.",
    gap="{count:post|posts}, {link}",
    gap_newest="the newest one",
    help_title="*Paste an error, get the post-mortem that your team already wrote.*",
    help_paste="Paste it in a channel that I am in, or send it to me directly. Snippets and text files count too.",
    help_search="entries that hold these words",
    help_show="one entry, whole",
    help_match="what is documented about this error; only you see the answer",
    help_list="all entries, or those with a tag",
    help_gaps="what was asked in this channel and is not documented yet",
    help_help="this text",
    help_diag="what is wrong on the Kubernetes cluster: checks, findings, logs",
    help_threads="Slash commands do not work in threads. There, mention me with the same words, or use the shortcut "
    "*Find the post-mortem* in a message's menu.",
    word_unknown="There is no command `{word}`.",
    word_missing="`{word}` needs {what} behind it.",
    busy=":hourglass_flowing_sand: I am busy. Your request is kept and will be answered as soon as its turn comes.",
    failed=":warning: I could not answer this. The log knows why, under `{id}`; please try again.",
    file_scope=":lock: I may not read files: the app lacks the scope `files:read`. An admin adds it under *OAuth & "
    "Permissions* and reinstalls the app; until then paste the text itself.",
    file_too_large=":scissors: Only the first {limit} of `{name}` were read.",
    file_not_text="`{name}` is not a text file; paste the error message itself.",
    file_unavailable="`{name}` could not be read from Slack ({reason}); paste the error message itself.",
)

KOREAN = Wording(
    sure="*확실합니다.* 이미 문서로 정리된 문제입니다.",
    likely="*가능성이 높습니다.* 문서로 정리된 문제와 비슷하니 아래 두 줄을 비교해 보시기 바랍니다.",
    evidence="붙여 넣은 내용의 {line}번째 줄과 문서의 내용입니다.",
    rivals="*같은 메시지가 다른 원인으로도 기록되어 있습니다.* 구별하는 방법은 다음과 같습니다.",
    also="*함께 발견된 문제*",
    also_line="{line}번째 줄: {title}",
    moved_to_file=":page_facing_up: 여기에 다 담지 못했습니다. 전체 내용은 첨부 파일에 있습니다.",
    source="원본",
    sure_plain="확실",
    likely_plain="가능성 높음",
    entry_plain="문서",
    line_plain="{line}번째 줄",
    signature_plain="문서 내용",
    tells_plain="구별",
    undocumented_plain="이 내용을 설명하는 문서가 없습니다.",
    nearest_plain="가까운 문서",
    on_cluster_plain="클러스터에서 확인: {command}",
    section_symptom="증상",
    section_cause="원인",
    section_fix="조치",
    section_verify="확인",
    section_background="배경",
    helped_plain="👍 도움이 됐습니다",
    not_this_plain="👎 이 문제가 아닙니다",
    show_plain="보기",
    whole_entry_plain="전체 문서",
    others_plain="다른 후보 ({count})",
    close_plain="닫기",
    entry_title_plain="문서",
    others_title_plain="다른 후보",
    not_documented="*아직 문서가 없습니다.* 답이라고 할 만큼 잘 맞는 문서를 찾지 못했습니다.",
    nothing_near="비슷한 문서도 없습니다.",
    nearest="*가장 가까운 문서* (찾으시는 내용이 아닐 수 있습니다)",
    how_to_ask="오류가 드러나는 줄을 붙여 넣거나 `/kb search` 뒤에 단어 몇 개를 적어 찾아보시기 바랍니다.",
    said_before="이 스레드에서 이미 답했습니다: {title}",
    changed=":pencil2: 글이 수정되었고, 수정된 내용에 맞는 문서는 없습니다.",
    answered_in_thread="스레드에 답을 남겼습니다: {title}",
    nothing_to_match="찾아볼 텍스트가 없습니다. 오류 메시지를 붙여 넣거나 스니펫으로 첨부해 주시기 바랍니다.",
    welcome="별말씀을요. 다음 오류도 언제든지 붙여 넣어 주시기 바랍니다.",
    voted_helped="도움이 되었다고 기록했습니다. 감사합니다.",
    voted_not_this="이 문제가 아니라고 기록했습니다. 감사합니다.",
    try_others="그다음으로 가까운 문서입니다.",
    entry_gone="`{id}` 문서는 더 이상 존재하지 않습니다.",
    others_gone="다른 후보 문서는 모두 더 이상 존재하지 않습니다.",
    entry_unknown="`{id}` 문서가 없습니다.",
    did_you_mean="혹시 다음을 찾으셨습니까? {words}",
    found="“{text}” 검색 결과 *{count}건*",
    found_none="“{text}”에 맞는 문서가 없습니다. 단어를 줄이거나 바꿔 보시기 바랍니다.",
    found_nearest="“{text}”에 맞는 문서가 없습니다. *가장 가까운 단어* “{words}”의 검색 결과입니다.",
    listed="*문서 {count}건*",
    listed_tag="`{tag}` 태그가 붙은 *문서 {count}건*",
    tag_unknown="`{tag}` 태그가 붙은 문서가 없습니다.",
    tags="태그: {tags}",
    and_more="… 외 {count}건이 더 있습니다. `/kb list 태그` 명령으로 좁혀 보시기 바랍니다.",
    gaps="*아직 문서가 없는 오류* (이 채널, 자주 나온 순서)",
    gaps_none=":white_check_mark: 이 채널에서 나온 오류는 모두 문서로 정리되어 있습니다.",
    gaps_elsewhere="다른 채널에 {count}건이 더 있습니다. 그 채널에서 확인해 주시기 바랍니다.",
    gap="{count}건, {link}",
    gap_newest="가장 최근 글 보기",
    help_title="*오류를 붙여 넣으면 팀이 이미 써 둔 장애 기록을 찾아 드립니다.*",
    help_paste="제가 있는 채널이나 저에게 보내는 DM에 붙여 넣으시면 됩니다. 스니펫과 텍스트 파일도 읽습니다.",
    help_search="이 단어가 들어 있는 문서",
    help_show="문서 하나를 전부 보기",
    help_match="이 오류를 다룬 문서 (나에게만 보임)",
    help_list="문서 목록, 또는 태그가 붙은 문서 목록",
    help_gaps="이 채널에서 나왔지만 아직 문서가 없는 오류",
    help_help="이 도움말",
    help_diag="Kubernetes 클러스터 점검: 무엇이 문제인지, 로그에 무엇이 남았는지",
    help_threads="스레드에서는 슬래시 명령을 쓸 수 없습니다. 대신 저를 멘션하고 같은 단어를 적거나, 메시지 메뉴의 "
    "*Find the post-mortem* 바로 가기를 쓰시기 바랍니다.",
    word_unknown="`{word}` 명령은 없습니다.",
    word_missing="`{word}` 뒤에 {what} 항목이 필요합니다.",
    busy=":hourglass_flowing_sand: 지금 처리할 요청이 많습니다. 요청은 보관했으며 차례가 되는 대로 답하겠습니다.",
    failed=":warning: 답하지 못했습니다. 원인은 로그의 `{id}` 항목에 있습니다. 다시 시도해 주시기 바랍니다.",
    file_scope=":lock: 파일을 읽을 권한이 없습니다. 앱에 `files:read` 권한이 빠져 있습니다. 관리자가 *OAuth & "
    "Permissions* 화면에서 추가하고 앱을 다시 설치해야 합니다. 그때까지는 텍스트를 직접 붙여 넣어 주시기 바랍니다.",
    file_too_large=":scissors: `{name}` 파일은 앞부분 {limit}까지만 읽었습니다.",
    file_not_text="텍스트 파일이 아닙니다: `{name}`. 오류 메시지를 직접 붙여 넣어 주시기 바랍니다.",
    file_unavailable="`{name}` 파일을 읽지 못했습니다({reason}). 오류 메시지를 직접 붙여 넣어 주시기 바랍니다.",
)

LANGUAGES: dict[Language, Wording] = {"en": ENGLISH, "ko": KOREAN}
"""English comes first: it is what people get whose language is not among these."""


def wording(language: Language) -> Wording:
    """Return the texts in `language`, or in English."""
    return LANGUAGES.get(language, ENGLISH)
