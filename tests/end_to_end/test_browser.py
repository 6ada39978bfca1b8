"""What a newcomer does, in a real browser: start the demo, paste an error, read the answer, say that it helped."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.workspace import browser
from tests.workspace.browser import PATIENCE, Window

pytestmark = browser.NEEDED

PASTE = (
    '{"level":"error","ts":1756112231.4,"logger":"controller.ingress","msg":"Reconciler error","name":"portal",'
    '"namespace":"web","error":"WebIdentityErr: failed to retrieve credentials\\ncaused by: AccessDenied: '
    "Not authorized to perform sts:AssumeRoleWithWebIdentity\\n\\tstatus code: 403, "
    'request id: 4e57cee3-4945-4186-85cd-d3ca033258f0"}'
)


@pytest.fixture
def address():
    """Return the address of a demo that runs as a user would run it."""
    command = [str(Path(sys.executable).with_name("pastemortem")), "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert demo.stdout is not None
            told = next(found for line in demo.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            yield told[0]
        finally:
            demo.terminate()
            demo.communicate(timeout=PATIENCE)


@pytest.fixture
def window(address, tmp_path):
    with browser.chromium(str(tmp_path / "profile"), 1280, 900) as driver:
        yield Window(driver, address)


def shown(window: Window) -> str:
    """Return the text of the thread at this moment, whatever is drawn anew meanwhile."""
    return window.run("return document.querySelector('#thread').innerText").strip()


def test_a_pasted_error_is_answered_in_its_thread_and_helped_is_counted_and_kept(window):
    window.run(
        """
        const composer = document.querySelector("#channel-footer textarea");
        composer.value = arguments[0];
        composer.dispatchEvent(new Event("input", { bubbles: true }));
        """,
        PASTE,
    )
    window.type(Keys.ENTER)
    window.click("#messages button", "1 reply")
    window.wait_for("#thread .header-block", "AssumeRoleWithWebIdentity")
    answer = shown(window)
    assert "irsa-assume-role-access-denied" in answer
    assert "Not authorized to perform sts:AssumeRoleWithWebIdentity" in answer

    window.click("#thread button", "This helped")
    window.wait_until(lambda: re.search(r"helped\W*1|1\W+\w*\W*helped", shown(window)))
    counted = shown(window)

    window.reload()
    window.wait_for("#messages button", "1 reply")
    window.wait_until(lambda: shown(window) == counted)
    assert window.complaints() == []
