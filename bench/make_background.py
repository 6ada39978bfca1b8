"""Count how common words are in what programs print and in what people write about programs.

    python bench/make_background.py [FOLDER…]

Reads the Python sources of the standard library and of the installed packages (permissive licences), takes each string
of two words or more as one text, and writes knowledge/matching/background.json: how many texts there were, and in how
many of them each frequent word occurs. No benchmark data goes in. Small knowledge bases need it: in forty entries
"failed" may be as rare as "wafv2", in the world it is not.
"""

import ast
import json
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from knowledge.matching import masking, words

OUTPUT = Path(__file__).parents[1] / "knowledge" / "matching" / "background.json"
LEAST_COUNT = 12
LONGEST_TEXT = 400

SPOKEN = {
    0.15: "the to a and is it in of on for i we you this that not with be have do",
    0.04: "anyone know thank please help hi hello all team today yesterday morning week now again still after"
    " since when what"
    " why how where who which can should would if but or my our your they there any some get see saw try need"
    " want just"
    " also same here out up new old only one two all fine good nice really lunch meeting review release deploy update"
    " question look work working use using start stop restart happen keep show say seem think issue problem"
    " error log",
    0.03: "안녕 하세 세요 혹시 지금 오늘 어제 아침 이번 다시 계속 감사 부탁 드립 드려 합니 니다 있나 나요"
    " 있는 있습 습니 없는 없습 같은 이거 이게 저희 우리 제가 왜 어떻 떻게 에러 오류 문제 확인 배포 보이 나옵"
    " 뜹니 떠요 되나 안되 안돼 인데 그런 이런 해야 하나 하면 되는 설정 사용 서비 비스 서버 로그 때문 이후 부터 까지",
}  # fmt: skip
"""Shares of chat messages that hold a word, by general knowledge: sources of programs do not chat."""

PRINTED = {
    0.08: "error fail info warn level msg message log time exception",
    0.03: "code status not found invalid unable timeout connection request server client service pod name namespace"
    " kubernetes container image http https get post null true false type reason event from warning cause by with io"
    " mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec tcp dial java com org exit"
    " kubectl back off pull create update start",
}  # fmt: skip
"""Shares of log lines that hold a word."""


def texts(folder: Path) -> Iterator[str]:
    """Yield the strings of a folder's sources that read like text."""
    for path in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for paragraph in node.value.split("\n"):
                    if " " in paragraph.strip() and len(paragraph) <= LONGEST_TEXT:
                        yield paragraph


def main() -> None:
    """Count, smooth with the shares above, and write the table."""
    folders = [Path(name) for name in sys.argv[1:]] or [
        Path(sysconfig.get_path("stdlib")),
        Path(sysconfig.get_path("purelib")),
    ]
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for folder in folders:
        for text in texts(folder):
            masked = masking.mask(text)
            if masked not in seen:
                seen.add(masked)
                counts.update(set(words.stems(masked)))
    for shares in (SPOKEN, PRINTED):
        for share, common in shares.items():
            for word in words.stems(common):
                counts[word] = max(counts[word], round(share * len(seen)))
    table = {word: count for word, count in sorted(counts.items()) if count >= LEAST_COUNT}
    OUTPUT.write_text(
        json.dumps({"texts": len(seen), "words": table}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{len(seen)} texts, {len(table)} words -> {OUTPUT}\n")


if __name__ == "__main__":
    main()
