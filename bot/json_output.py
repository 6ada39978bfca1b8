"""What `--json` prints."""

import json
import sys
from typing import Any


def text(tree: Any) -> str:
    """Return a tree as JSON for standard output; where that has no Unicode, in the escapes that JSON has for it."""
    has_unicode = sys.stdout.encoding.lower().startswith("utf")
    return json.dumps(tree, ensure_ascii=not has_unicode, indent=2)
