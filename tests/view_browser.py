"""A page of coalsim, served for tests, and a headless Chromium without network to look at it."""

import json
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@contextmanager
def served(desk, importer=None):
    """Serve the page of a desk from a thread; give its address."""
    import uvicorn

    from coalsim.cli.view import listening
    from coalsim.view import own_field, server

    at = listening(None)
    config = uvicorn.Config(server.app(desk, importer or own_field.understand), log_level="error", timeout_graceful_shutdown=1)
    served_by = uvicorn.Server(config)
    thread = threading.Thread(target=served_by.run, args=([at],), daemon=True)
    thread.start()
    while not served_by.started:
        assert thread.is_alive(), "the server ended before it served anything"
        time.sleep(0.02)
    yield server.address(at)
    served_by.should_exit = True
    thread.join(10)
    at.close()
    desk.close()


@contextmanager
def browser(width=1280, height=900, dark=False):
    """Open Chromium at a size and in a scheme of colours."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    with tempfile.TemporaryDirectory(prefix="coalsim-chromium-", ignore_cleanup_errors=True) as profile:
        for option in (*OPTIONS, f"--user-data-dir={profile}/profile", f"--window-size={width},{height}"):
            options.add_argument(option)
        downloads = Path(profile) / "downloads"
        downloads.mkdir()
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        vars(driver)["downloads"] = downloads
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        if dark:
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        try:
            yield driver
        finally:
            driver.quit()


def until(seen, seconds=30, what=""):
    """Wait until `seen()` is true, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = seen()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not seen within {seconds} s: {what}")


def complaints(driver):
    """Return what the browser complained of."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def requested(driver):
    """Return the addresses that pages asked for, of the network and of this machine."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return [url for url in found if url.startswith(("http:", "https:", "ws:", "wss:"))]


def post(address, name, body, headers=None):
    """Ask the server; return status and answer, a list if it came in lines."""
    content = json.dumps(body).encode()
    request = Request(f"{address}api/{name}", content, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urlopen(request, timeout=60) as answer:
            status, text, kind = answer.status, answer.read().decode(), answer.headers["Content-Type"]
    except HTTPError as error:
        status, text, kind = error.code, error.read().decode(), error.headers["Content-Type"] or ""
    if "ndjson" in kind:
        return status, [json.loads(line) for line in text.splitlines()]
    return status, json.loads(text) if "json" in kind else text
