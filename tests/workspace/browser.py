"""A headless Chromium for tests of the page; where it is missing, they are skipped and say how to install it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
NEEDED = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs a browser; on Debian: apt-get install chromium chromium-driver"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30
"""Seconds until something that should be on the page counts as missing; nothing here takes a tenth of that."""


@contextmanager
def chromium(profile: str, width: int = 1280, height: int = 800) -> Iterator[webdriver.Chrome]:
    """Run a browser with an empty profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Window:
    """The page in a browser, by what people see on it."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        driver.get(url)
        self.wait_for(".side-entry")

    def all(self, selector: str) -> list[WebElement]:
        """Return every element that a selector finds, shown or not."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait_for(self, selector: str, text: str = "") -> WebElement:
        """Return the first element that is shown and holds a text, as soon as there is one."""

        def found(_driver):
            shown = (each for each in self.all(selector) if each.is_displayed() and text in each.text)
            return next(shown, None)

        return self._wait().until(found, f"{selector} {text}")

    def wait_until(self, condition) -> None:
        """Wait until a condition, asked without arguments, holds."""
        self._wait().until(lambda _driver: condition())

    def click(self, selector: str, text: str = "") -> None:
        """Click what a selector and a text name."""
        self.wait_for(selector, text).click()

    def type(self, *keys: str, into: str = "#channel-footer textarea") -> None:
        """Type into a box."""
        self.wait_for(into).send_keys(*keys)

    def run(self, script: str, *arguments):
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def reload(self) -> None:
        """Load the page anew."""
        self.driver.refresh()
        self.wait_for(".side-entry")

    def complaints(self) -> list[str]:
        """Return what the page has written to the console since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def _wait(self) -> WebDriverWait:
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
