"""Drives a headless Chromium through its own remote debugging protocol, and records all it asks for."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

# Its own background traffic is off, and no name resolves: what a page loads comes from 127.0.0.1 or nowhere.
FLAGS = (
    "--headless",
    "--no-sandbox",  # it cannot make one as root or in most containers, and only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """The browser's path; without one the test is skipped, or fails where `REQUIRE_SERVICES` is set."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    hint = "no Chromium found: `apt-get install chromium`, or set CHROMIUM to its path"
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(hint)
    pytest.skip(hint)


@dataclass(frozen=True)
class Asked:
    """One request a page made; `headers` in lower case."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Page:
    """One tab: what it asked for, what it complained of, and hands to use it with."""

    socket: ClientConnection
    session: str = ""
    asked: list[Asked] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    "Texts sent over WebSockets."
    complaints: list[str] = field(default_factory=list)
    "Console errors, uncaught exceptions, broken content policies, failed loads."
    _calls: int = 0

    def open(self, url: str) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._watch(self.session)
        self.call("Page.enable")
        size = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 60) -> Any:
        """Waits until a JavaScript expression is truthy and returns it."""
        until = time.monotonic() + seconds
        while not (value := self.evaluate(script)):
            if time.monotonic() > until:
                raise TimeoutError(f"after {seconds:g} s still not: {script}; complaints: {self.complaints}")
            time.sleep(0.05)
        return value

    def wait_for_element(self, selector: str) -> None:
        """Waits until an element matches."""
        self.wait_for(f"document.querySelector({json.dumps(selector)}) !== null")

    def wait_until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        """Waits until what was recorded satisfies a condition."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"after {seconds:g} s still not so; complaints: {self.complaints}")
            self.evaluate("new Promise(resolve => setTimeout(resolve, 50))")

    def click(self, selector: str) -> None:
        """Clicks the middle of the first element that matches, as a mouse does."""
        found = f"document.querySelector({json.dumps(selector)})"
        x, y = self.wait_for(
            f"(e => e && (r => [r.x + r.width / 2, r.y + r.height / 2])(e.getBoundingClientRect()))({found})"
        )
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One protocol call for this tab; events that arrive before its answer are recorded."""
        number = self._send(self.session, method, params)
        while (told := json.loads(self.socket.recv(timeout=60))).get("id") != number:
            if "method" in told:
                self._record(told["method"], told["params"])
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        result: dict[str, Any] = told["result"]
        return result

    def _send(self, session: str, method: str, params: dict[str, Any]) -> int:
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params}
        self.socket.send(json.dumps({**message, "sessionId": session} if session else message))
        return self._calls

    def _watch(self, session: str) -> None:
        """Asks for a tab's or worker's events. Not waited for: a worker may end before it answers."""
        for domain in ("Network", "Runtime", "Log"):
            self._send(session, f"{domain}.enable", {})
        # A worker is held until it is watched too, so that none of its requests is missed.
        held = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        self._send(session, "Target.setAutoAttach", held)
        self._send(session, "Runtime.runIfWaitingForDebugger", {})

    def _record(self, event: str, told: dict[str, Any]) -> None:
        match event:
            case "Network.requestWillBeSent":
                request = told["request"]
                headers = {name.lower(): value for name, value in request["headers"].items()}
                self.asked.append(Asked(request["method"], request["url"], headers))
            case "Network.webSocketCreated":
                self.asked.append(Asked("WEBSOCKET", told["url"], {}))
            case "Network.webSocketFrameSent":
                self.frames.append(told["response"]["payloadData"])
            case "Runtime.consoleAPICalled" if told["type"] in ("error", "assert"):
                said = (str(part.get("value", part.get("description"))) for part in told["args"])
                self.complaints.append("console: " + " ".join(said))
            case "Runtime.exceptionThrown":
                details = told["exceptionDetails"]
                what = details.get("exception", {}).get("description", details["text"])
                self.complaints.append(f"exception: {what}")
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                entry = told["entry"]
                self.complaints.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}".strip())
            case "Target.attachedToTarget" if told["targetInfo"]["type"] == "worker":
                self._watch(told["sessionId"])


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """A page in a browser of its own, with an empty profile that goes away with it."""
    program = chromium()
    with tempfile.TemporaryDirectory(prefix="rapport-chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": profile},
            start_new_session=True,
        )
        try:
            # Pictures and request bodies come in one message: no limit on its size.
            with connect(_debugging_address(process, Path(profile)), max_size=None, proxy=None) as socket:
                page = Page(socket)
                page.open(url)
                yield page
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _debugging_address(process: subprocess.Popen[bytes], profile: Path, seconds: float = 60) -> str:
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if told.exists() and len(lines := told.read_text().splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise RuntimeError(f"Chromium did not start within {seconds:g} s (exit code {process.poll()})")
