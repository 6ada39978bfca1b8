"""Everything that the bot says around a diagnosis, in each of its languages; findings themselves are English.

Texts are mrkdwn of our own, as in `handlers.wording`.
"""

from dataclasses import dataclass

from diagnostics.finding import Severity
from diagnostics.vocabulary import Area
from knowledge.entry import Language


@dataclass(frozen=True)
class Wording:
    """The texts in one language."""

    critical: str
    warning: str
    note: str

    whole_cluster: str
    question: str
    asked_by: str
    looking: str
    step: str
    reading: str
    judging: str
    connecting: str
    cancel_plain: str
    cancelled: str
    cancelled_by: str
    over_already: str

    found: str
    count_critical: str
    count_warning: str
    count_note: str
    nothing_wrong: str
    could_not_look: str
    not_all_seen: str
    next: str
    cause: str
    also: str
    more: str
    notes: str
    others: str
    rows_left_out: str
    in_file: str
    file_title: str
    documented: str
    documented_likely: str

    found_plain: str
    nothing_wrong_plain: str
    unread_plain: str
    documented_plain: str
    next_plain: str
    others_plain: str
    all_plain: str

    check_plain: str
    state_named: str
    confirmed: str
    ruled_out: str
    cannot_tell: str
    checks_gone: str

    not_allowed: str
    not_configured: str
    not_in_channel: str
    word_unknown: str
    did_you_mean: str
    perhaps_target: str
    refused: str

    help_title: str
    help_sweep: str
    help_check: str
    help_object: str
    help_help: str
    help_checks: str
    help_target: str
    help_cluster: str
    help_threads: str
    help_options: str
    help_says: str
    help_default: str
    help_aliases: str

    area_workloads: str
    area_network: str
    area_nodes: str
    area_policies: str
    area_shown: str
    area_others: str

    def severity(self, severity: Severity) -> str:
        """Return the word for a severity."""
        return {Severity.CRITICAL: self.critical, Severity.WARNING: self.warning, Severity.NOTE: self.note}[severity]

    def area(self, area: Area) -> str:
        """Return the heading of an area of checks."""
        headings = {
            Area.WORKLOADS: self.area_workloads,
            Area.NETWORK: self.area_network,
            Area.NODES: self.area_nodes,
            Area.POLICIES: self.area_policies,
            Area.SHOWN: self.area_shown,
            Area.OTHERS: self.area_others,
        }
        return headings[area]

    def count(self, severity: Severity) -> str:
        """Return the words for how many findings there are of a severity."""
        return {
            Severity.CRITICAL: self.count_critical,
            Severity.WARNING: self.count_warning,
            Severity.NOTE: self.count_note,
        }[severity]

    def doing(self, words: str) -> str:
        """Return what `diagnostics` says it is doing (`reading pods`) in this language."""
        verb, _, thing = words.partition(" ")
        known = {"reading": self.reading, "judging": self.judging}
        return known[verb].format(thing=thing) if verb in known else words


ENGLISH = Wording(
    critical="critical",
    warning="warning",
    note="note",
    whole_cluster="the whole cluster",
    question="*{word}* · {target} · cluster {cluster}",
    asked_by="asked by {user}",
    looking=":hourglass_flowing_sand: Looking …",
    step="{doing} (step {number}, {seconds} s)",
    reading="reading {thing}",
    judging="judging {thing}",
    connecting="connecting",
    cancel_plain="Cancel",
    cancelled=":octagonal_sign: Cancelled. What was learnt before:",
    cancelled_by="cancelled by {user}",
    over_already="This is over already; there is nothing to cancel.",
    found="*Found:* {counts}",
    count_critical="{count:critical|critical}",
    count_warning="{count:warning|warnings}",
    count_note="{count:note|notes}",
    nothing_wrong=":white_check_mark: *Nothing wrong*, as far as this looks.",
    could_not_look=":grey_question: *Could not look*, so this says nothing about health.",
    not_all_seen=":grey_question: *Not everything could be looked at*, there may be more:",
    next="Next:",
    cause="*{object}* explains {count:finding|findings}",
    also="*Because of it:*",
    more="… and {count} more, in the file",
    notes=":information_source: *Notes* (nothing is wrong)",
    others="*The others by code:*",
    rows_left_out="{count:more row is|more rows are} in the file.",
    in_file=":page_facing_up: The whole answer is attached as a file.",
    file_title="{word} · {target} · {cluster}",
    documented=":book: *Documented:* {title}",
    documented_likely=":book: *Perhaps documented:* {title}",
    found_plain="{counts}: {target}, cluster {cluster}",
    nothing_wrong_plain="Nothing wrong with {target} in {cluster}.",
    unread_plain="could not look: {sentence}",
    documented_plain="documented ({verdict}): {title}",
    next_plain="next:",
    others_plain="{count} more",
    all_plain="All of them whole: the same command with `| less` behind it.",
    check_plain="🔎 Check on the cluster",
    state_named=":mag: *The cluster can tell more:* {command} looks at this state.",
    confirmed=":red_circle: *Confirmed.* The cluster shows what {title} describes.",
    ruled_out=":white_check_mark: *Ruled out.* The checks of {title} looked and found nothing.",
    cannot_tell=":grey_question: *Cannot tell* whether {title} holds here.",
    checks_gone="The entry names no check any more.",
    not_allowed=":lock: You may not ask about the cluster here. Whoever runs the bot decides where and by whom "
    "(`PASTEMORTEM_DIAG_CHANNELS`, `PASTEMORTEM_DIAG_USERS`).",
    not_configured=":electric_plug: No cluster is set up. Run the bot in the cluster with the ServiceAccount from "
    "`deploy/`, or set `KUBECONFIG` and start it again; `pastemortem doctor` tells whether it works.",
    not_in_channel=":eye: I may not speak here; the answer is in our direct messages. Invite me, and all can read it.",
    word_unknown="There is no check {word}.",
    did_you_mean="Did you mean {words}?",
    perhaps_target="A namespace stands behind a check, or behind the sweep: {words}",
    refused=":warning: I cannot ask this:",
    help_title="*Ask what is wrong on the cluster.* I only read, and never change anything.",
    help_sweep="everything in a namespace, grouped by cause; without one the whole cluster",
    help_check="one check, in a namespace",
    help_object="one object",
    help_help="what a check looks at, its options, and what it can say",
    help_checks="*Checks*; kubectl's names (`po`, `deploy`, `svc/api -n shop`) work too",
    help_target="A target is `NAMESPACE`, `NAMESPACE/NAME`, or nothing for the whole cluster. `-n NAMESPACE` works.",
    help_cluster="Clusters: {names}; `--cluster NAME` picks one, otherwise it is the first.",
    help_threads="In a thread, mention me with the same words: `@pastemortem diag sweep payments`.",
    help_options="*Options*",
    help_says="*What it can say*",
    help_default="{meaning}; otherwise {default}",
    help_aliases="Also written {words}.",
    area_workloads="Workloads",
    area_network="Network",
    area_nodes="Nodes and control plane",
    area_policies="Storage, limits, identity",
    area_shown="To read",
    area_others="Others",
)

KOREAN = Wording(
    critical="심각",
    warning="경고",
    note="참고",
    whole_cluster="클러스터 전체",
    question="*{word}* · {target} · 클러스터 {cluster}",
    asked_by="요청: {user}",
    looking=":hourglass_flowing_sand: 살펴보는 중입니다 …",
    step="{doing} ({number}단계, {seconds}초)",
    reading="{thing} 읽는 중",
    judging="{thing} 분석 중",
    connecting="연결하는 중",
    cancel_plain="취소",
    cancelled=":octagonal_sign: 취소했습니다. 그때까지 알아낸 내용입니다.",
    cancelled_by="취소: {user}",
    over_already="이미 끝난 요청이라 취소할 것이 없습니다.",
    found="*발견:* {counts}",
    count_critical="심각 {count}건",
    count_warning="경고 {count}건",
    count_note="참고 {count}건",
    nothing_wrong=":white_check_mark: 이 점검의 범위에서는 *문제가 없습니다.*",
    could_not_look=":grey_question: *살펴보지 못했습니다.* 정상이라는 뜻이 아닙니다.",
    not_all_seen=":grey_question: *일부는 살펴보지 못했습니다.* 문제가 더 있을 수 있습니다.",
    next="다음 조치:",
    cause="*{object}* 하나로 {count}건이 설명됩니다",
    also="*이 때문에 생긴 문제:*",
    more="… 외 {count}건은 파일에 있습니다",
    notes=":information_source: *참고* (문제는 아닙니다)",
    others="*나머지는 코드별로:*",
    rows_left_out="나머지 {count}줄은 파일에 있습니다.",
    in_file=":page_facing_up: 전체 내용은 첨부 파일에 있습니다.",
    file_title="{word} · {target} · {cluster}",
    documented=":book: *문서로 정리된 문제:* {title}",
    documented_likely=":book: *문서와 비슷한 문제:* {title}",
    found_plain="{counts}: {target}, 클러스터 {cluster}",
    nothing_wrong_plain="문제가 없습니다: {target}, 클러스터 {cluster}",
    unread_plain="살펴보지 못함: {sentence}",
    documented_plain="문서 있음 ({verdict}): {title}",
    next_plain="다음 조치:",
    others_plain="{count}건 더",
    all_plain="전부 자세히 보려면 같은 명령 뒤에 `| less`를 붙이면 됩니다.",
    check_plain="🔎 클러스터에서 확인",
    state_named=":mag: *클러스터에서 바로 확인할 수 있습니다.* {command} 명령으로 이 상태를 점검합니다.",
    confirmed=":red_circle: *확인되었습니다.* {title} 문서의 내용이 클러스터에서 보입니다.",
    ruled_out=":white_check_mark: *해당하지 않습니다.* {title} 문서의 점검을 모두 해 보았고 문제가 없었습니다.",
    cannot_tell=":grey_question: {title} 문서가 여기에 해당하는지 *판단할 수 없습니다.*",
    checks_gone="문서에 적힌 점검이 더 이상 없습니다.",
    not_allowed=":lock: 이 채널이나 계정에서는 클러스터를 조회할 수 없습니다. 봇 운영자가 설정합니다"
    "(`PASTEMORTEM_DIAG_CHANNELS`, `PASTEMORTEM_DIAG_USERS`).",
    not_configured=":electric_plug: 연결된 클러스터가 없습니다. `deploy/` 폴더의 ServiceAccount로 클러스터 안에서 봇을 "
    "실행하거나 `KUBECONFIG` 변수를 설정하고 다시 시작해 주시기 바랍니다. `pastemortem doctor` 명령으로 "
    "확인할 수 있습니다.",
    not_in_channel=":eye: 제가 이 채널에서 말할 수 없어 DM으로 답했습니다. 초대해 주시면 채널에 답하겠습니다.",
    word_unknown="{word} 점검은 없습니다.",
    did_you_mean="혹시 {words} 점검을 찾으셨습니까?",
    perhaps_target="네임스페이스는 점검 이름이나 sweep 뒤에 적습니다: {words}",
    refused=":warning: 이렇게는 조회할 수 없습니다.",
    help_title="*클러스터에 무슨 문제가 있는지 물어보세요.* 읽기만 하며 아무것도 바꾸지 않습니다.",
    help_sweep="네임스페이스 전체를 원인별로 묶어서, 네임스페이스가 없으면 클러스터 전체",
    help_check="점검 하나, 네임스페이스 하나",
    help_object="오브젝트 하나",
    help_help="점검 하나의 설명, 옵션, 알려 드리는 문제",
    help_checks="*점검 목록*, kubectl 이름(`po`, `deploy`, `svc/api -n shop`)도 됩니다",
    help_target="대상은 `NAMESPACE`, `NAMESPACE/NAME` 형식이며, 없으면 클러스터 전체입니다. "
    "`-n NAMESPACE` 옵션도 됩니다.",
    help_cluster="클러스터: {names}. `--cluster NAME` 옵션으로 고르며, 적지 않으면 첫 번째입니다.",
    help_threads="스레드에서는 저를 멘션하고 같은 단어를 적으시면 됩니다: `@pastemortem diag sweep payments`",
    help_options="*옵션*",
    help_says="*알려 드리는 문제*",
    help_default="{meaning}; 기본값 {default}",
    help_aliases="{words}(으)로 적어도 됩니다.",
    area_workloads="워크로드",
    area_network="네트워크",
    area_nodes="노드와 컨트롤 플레인",
    area_policies="스토리지, 한도, 권한",
    area_shown="조회",
    area_others="기타",
)

LANGUAGES: dict[Language, Wording] = {"en": ENGLISH, "ko": KOREAN}


def wording(language: Language) -> Wording:
    """Return the texts in `language`, or in English."""
    return LANGUAGES.get(language, ENGLISH)
