"""Real services, one with its sidebar in a helpdesk's page and one with its console; and Chromium to open them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from amends.server.api_keys import NewKey, new_key
from tests.browser.console import PROMISING, Console, OpenConsole, serve_console
from tests.browser.desk import Desk, desk_server
from tests.browser.pack import DESK
from tests.browser.zendesk import apps_server
from tests.lacking import Lack, do_without
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import write_pack
from tools.package_zendesk_app import package

# Whatever is expected of a page ends when it holds; a busy machine may take longer than Playwright's five seconds.
expect.set_options(timeout=30_000)

CHROMIUM_LACKS = Lack("Chromium", "This installs it: apt-get install chromium")
ACCESS = """
[[identity]]
name = "helpdesk"
api_keys = ["{key}"]
permissions = ["decide", "preview", "read", "outcome"]
policies = ["*"]
role = "frontline"

[[identity]]
name = "watcher"
api_keys = ["{watcher}"]
permissions = ["preview", "read"]
policies = ["*"]
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the service is, the key of an agent, that of one who only looks on, the desk that frames, the apps."""

    origin: str
    key: NewKey
    watcher: NewKey
    desk: Desk
    apps: str


@pytest.fixture(scope="module")
def _browser() -> Iterator[Browser | None]:
    """For one module: as long as Playwright is there, an event loop runs in this thread, and no other can."""
    program = shutil.which("chromium")
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        # Root, as which a build runs, has no sandbox there; only our own pages are opened.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest, _browser: Browser | None) -> Browser:
    if _browser is None:
        do_without(request, CHROMIUM_LACKS)
    return _browser


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder, key, watcher = tmp_path_factory.mktemp("sidebar"), new_key(), new_key()
    write_pack(folder / "rules", "desk", DESK)
    (folder / "access.toml").write_text(ACCESS.format(key=key.kept, watcher=watcher.kept), encoding="utf-8")
    with desk_server() as desk, apps_server(package(folder)) as apps:
        framing = f"{desk.origin},{apps}"
        options = ("--http-port", "0", "--access", str(folder / "access.toml"), "--frame-origins", framing)
        with recording_server(folder / "rules", sqlite_url(folder), *options) as server:
            yield Serving(f"http://{server.wait_for('ready')['http']}", key, watcher, desk, apps)


@dataclass(frozen=True, slots=True)
class Opened:
    """The desk's page, the sidebar in it, and what the browser complained of."""

    page: Page
    sidebar: FrameLocator
    complaints: list[str]

    def heard(self) -> list[dict[str, str]]:
        """What the sidebar has told the page around it."""
        found: list[dict[str, str]] = self.page.evaluate("window.heard")
        return found


@pytest.fixture
def open_desk(browser: Browser, serving: Serving) -> Iterator["OpenDesk"]:
    opening = OpenDesk(browser, serving)
    yield opening
    opening.close()


class OpenDesk:
    """Opens the desk's page on a ticket."""

    def __init__(self, browser: Browser, serving: Serving) -> None:
        self._browser = browser
        self._serving = serving
        self._pages: list[Page] = []

    def __call__(self, *, dark: bool = False, width: int = 460, **told: object) -> Opened:
        """As a helpdesk that tells the case, and the key unless it is told otherwise."""
        self._serving.desk.opens(self._serving.origin, {"policy": "desk", "token": self._serving.key.key, **told})
        page = self._browser.new_page(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 1000},
            locale="en-US",
            timezone_id="UTC",
        )
        self._pages.append(page)
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(self._serving.desk.origin)
        return Opened(page, page.frame_locator("#amends"), complaints)

    def close(self) -> None:
        """Close what was opened."""
        for page in self._pages:
            page.close()


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One service for the console's tests: each has cases of its own."""
    with serve_console(tmp_path_factory.mktemp("console"), packs={"desk": PROMISING}) as serving:
        yield serving


@pytest.fixture
def open_console(browser: Browser, console: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, console)
    yield opening
    opening.close()
