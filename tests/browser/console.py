"""A real service with its console, callers with different rights, and the console opened in Chromium as one of them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Page

from amends.server.api_keys import NewKey, new_key
from tests.browser.pack import DESK
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import RunningServer, write_pack

AXE: Final = Path(__file__).parents[2] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SHOTS: Final = Path(__file__).parents[2] / "build" / "console"
"""Where tests put screenshots for a person to look at."""

RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": ("decide", "preview", "read", "outcome", "publish"),
    "watcher": ("preview", "read"),
    "approver": ("read", "publish"),
    "clerk": ("preview",),
    "robot": ("outcome",),
}
"""Who calls, and what they may do."""

PROMISING: Final = (
    DESK.replace("facts:\n", "teams: {care: {label: Customer care}, dispatch: {label: Dispatch}}\nfacts:\n", 1)
    + """\
  - id: keep-posted
    title: Keep them posted while we look
    when: {fault: company}
    then: [{update_cadence: {every: 60m, channel: voice, owner: care, until: resolved}}]
    because: {agent: They wait., customer: You hear from us.}
    source: [house rule 4]
  - id: look-into-it
    title: Dispatch looks at what it was
    when: {fault: company, facts.delay_days: {at_least: 10}}
    then: [{assign_owner: {to: dispatch}}]
    because: {agent: It is theirs., customer: Somebody looks at it.}
    source: [house rule 5]
"""
)
"""The desk of the sidebar's tests, with teams and promises that fall due."""


@dataclass(frozen=True, slots=True)
class Console:
    """Where a service is, what it runs with, and the key of each caller."""

    server: RunningServer
    folder: Path
    keys: Mapping[str, NewKey]

    @property
    def origin(self) -> str:
        return f"http://{self.server.wait_for('ready')['http']}"

    @property
    def access(self) -> Path:
        return self.folder / "access.toml"

    def key(self, who: str) -> str:
        return self.keys[who].key

    def call(self, path: str, body: Mapping[str, Any], *, who: str = "owner") -> dict[str, Any]:
        """Ask the service itself, by a plain path and past the page."""
        headers = {"x-api-key": self.key(who)}
        answer = httpx.post(f"{self.origin}/v1/{path}", headers=headers, json=body, timeout=60)
        assert answer.status_code == httpx.codes.OK, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str, *, who: str = "owner") -> dict[str, Any]:
        """Ask the service itself, by a plain path and past the page."""
        answer = httpx.get(f"{self.origin}/v1/{path}", headers={"x-api-key": self.key(who)}, timeout=60)
        assert answer.status_code == httpx.codes.OK, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def decided(self, situation: Mapping[str, Any], **more: object) -> dict[str, Any]:
        """A recorded decision of that situation."""
        return self.call("decisions:decide", {"policy": "desk", "situation": situation, **more})


def access_text(keys: Mapping[str, NewKey]) -> str:
    """An access file for those of the callers that have a key."""
    return "\n".join(
        f'[[identity]]\nname = "{who}"\napi_keys = ["{key.kept}"]\n'
        f'permissions = {json.dumps(RIGHTS[who])}\npolicies = ["*"]\nrole = "frontline"\n'
        for who, key in keys.items()
    )


@contextmanager
def serve_console(folder: Path, *options: str, packs: Mapping[str, str]) -> Iterator[Console]:
    """A service of those packs, by id, that records in a folder of its own."""
    keys = {who: new_key() for who in RIGHTS}
    for pack_id, text in packs.items():
        write_pack(folder / "rules", pack_id, text)
    (folder / "access.toml").write_text(access_text(keys), encoding="utf-8")
    said = ("--http-port", "0", "--access", str(folder / "access.toml"), *options)
    with recording_server(folder / "rules", sqlite_url(folder), *said) as server:
        yield Console(server, folder, keys)


@dataclass(frozen=True, slots=True)
class OpenedConsole:
    """The console's page, and what the browser complained of."""

    page: Page
    complaints: list[str]

    def go(self, place: str) -> None:
        """To another place of the console, as by a link: what is signed in stays so."""
        self.page.evaluate("place => { location.hash = place }", place)

    def violations(self) -> list[str]:
        """What axe-core has against the page, put there past its policy by the tool that drives the browser."""
        assert AXE.exists(), "`make node` installs axe-core"
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        told = f"axe.run(document, {{runOnly: {json.dumps(AXE_RULES)}}}).then((told) => told.violations)"
        found = self.page.evaluate(told)
        return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]

    def fits(self) -> bool:
        """Whether nothing has to be scrolled sideways but what scrolls within itself."""
        found: bool = self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        return found

    def shoot(self, name: str) -> None:
        """A screenshot of the whole page, for a person to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


class OpenConsole:
    """Opens the console of a service as one of its callers, each time in a browser without a memory."""

    def __init__(self, browser: Browser, console: Console) -> None:
        self._browser = browser
        self.console = console
        self._pages: list[Page] = []

    def __call__(
        self, place: str, *, who: str = "owner", dark: bool = False, width: int = 1280, height: int = 900
    ) -> OpenedConsole:
        """At a place (`#/log`), signed in; nobody is not."""
        page = self._browser.new_page(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            locale="en-US",
            timezone_id="UTC",
        )
        self._pages.append(page)
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{self.console.origin}/console/{place}")
        if who:
            page.get_by_label("API key or token").fill(self.console.key(who))
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", name="Sign in").wait_for(state="detached")
            # The browser tells of the first answer, by which the page knows that it has to ask who is there.
            complaints[:] = [one for one in complaints if "401" not in one]
        return OpenedConsole(page, complaints)

    def close(self) -> None:
        """Close what was opened."""
        for page in self._pages:
            page.close()
