"""What a newcomer does, in a real browser: start the demo, paste an error, read the answer, say that it helped."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 30
"""Seconds until something that should be on the page counts as missing; nothing here takes a tenth of that."""

DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium")

pytestmark = pytest.mark.skipif(
    not (DRIVER and BROWSER), reason="needs a browser; on Debian: apt-get install chromium chromium-driver"
)

PASTE = (
    '{"level":"error","ts":1756112231.4,"logger":"controller.ingress","msg":"Reconciler error","name":"portal",'
    '"namespace":"web","error":"WebIdentityErr: failed to retrieve credentials\\ncaused by: AccessDenied: '
    'Not authorized to perform sts:AssumeRoleWithWebIdentity\\n\\tstatus code: 403, request id: 4e57cee3-4945-4186-85cd-d3ca033258f0"}'
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
def browser(tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(argument)
    opened = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield opened
    opened.quit()


def wait_for(browser: webdriver.Chrome, what, message: str):
    return WebDriverWait(browser, PATIENCE).until(lambda _: what(), message)


def shown(browser: webdriver.Chrome, css: str) -> str:
    """Return the text of what is shown at `css` at this moment, whatever is drawn anew meanwhile."""
    return browser.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", css)


def button(browser: webdriver.Chrome, css: str, label: str):
    """Return the button below `css` that `label` names, None while there is none."""
    found = browser.find_elements(By.CSS_SELECTOR, f"{css} button")
    return next((each for each in found if label in each.text), None)


def test_a_pasted_error_is_answered_in_its_thread_and_helped_is_counted_and_kept(address, browser):
    browser.get(address)
    composer = wait_for(
        browser,
        lambda: next(iter(browser.find_elements(By.CSS_SELECTOR, "#channel-footer textarea")), None),
        "composer",
    )
    browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        composer,
        PASTE,
    )
    composer.send_keys(Keys.ENTER)

    open_thread = wait_for(browser, lambda: button(browser, "#messages", "1 reply"), "the answer is announced")
    open_thread.click()
    wait_for(browser, lambda: "AssumeRoleWithWebIdentity" in shown(browser, "#thread"), "the answer in the thread")
    answer = shown(browser, "#thread")
    assert "irsa-assume-role-access-denied" in answer
    assert "Not authorized to perform sts:AssumeRoleWithWebIdentity" in answer

    wait_for(browser, lambda: button(browser, "#thread", "This helped"), "the feedback button").click()
    wait_for(browser, lambda: re.search(r"helped\W*1|1\W+\w*\W*helped", shown(browser, "#thread")), "the count")
    counted = shown(browser, "#thread")

    browser.refresh()
    wait_for(browser, lambda: button(browser, "#messages", "1 reply"), "the channel after a reload")
    if not shown(browser, "#thread"):
        button(browser, "#messages", "1 reply").click()
    wait_for(browser, lambda: shown(browser, "#thread").strip() == counted.strip(), "the same thread after a reload")
