"""What tests of Edit share: a desk of several files, and what is found in them there and by `amends check`."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

from tests.browser.console import OpenedConsole
from tests.browser.pack import DESK

CHECKED: Final = 30_000
"""Milliseconds within which a pack of these tests is checked, on a machine that is busy."""
TESTS: Final = """\
clock: 2026-11-02T12:00:00Z
situations:
  parcel: {fault: company, amount_refunded: 0 USD, shipping_fee: 9.90 USD}
tests:
  - name: five days late
    given: parcel
    with: {facts: {delay_days: 5}}
    expect: {applied: [sorry, shipping-back]}
"""
HOLIDAY: Final = """\
rules:
  - id: holiday
    title: Übergabe an Feiertagen
    when: {fault: customer}
    then: [{verify_followup: {in: 2d}}]
    because: {agent: It waits., customer: We look at it.}
    source: [house rule 9]
"""
FILES: Final[Mapping[str, bytes]] = {
    "pack.yaml": DESK.encode(),
    "holiday.yaml": HOLIDAY.replace("\n", "\r\n").encode(),
    "tests/late_test.yaml": TESTS.encode(),
}
"""A pack of several files, one of which has other ends of lines."""
BEGUN: Final = "4 warnings"
"""What is found in it."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, by path."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name, folders and all."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def unzipped(packed: Path) -> dict[str, bytes]:
    """The files of a zip by name."""
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def amends_check(rules: Path, pack_id: str) -> str:
    """What the command line prints of a pack, without the count at its end."""
    command = [sys.executable, "-m", "amends", "check", pack_id, "--rules", str(rules)]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not printed.stderr, printed.stderr
    return "".join(printed.stdout.splitlines(keepends=True)[:-1])


def told(page: Page) -> str:
    """The page's findings, put together as the command line writes them."""
    lines = []
    for entry in page.locator(".findings > li").all():
        lines.append(entry.locator("p").first.inner_text().removesuffix(" (new)"))
        lines += [
            f"    {line}" for part in entry.locator("pre").all() for line in (part.text_content() or "").splitlines()
        ]
        lines += [f"    {hint.inner_text()}" for hint in entry.locator("p.small").all()]
    return "".join(f"{line}\n" for line in lines)


def text(page: Page, file: str) -> Locator:
    """The text of an open file, by its path after the pack's id."""
    return page.get_by_role("textbox", name=file, exact=True)


def standing(page: Page) -> Locator:
    """The line that says how the draft stands."""
    return page.locator("p.outcome[role=status]")


def open_file(page: Page, path: str) -> None:
    """Open a file of the list."""
    page.get_by_role("navigation", name="Files").get_by_role("button", name=path, exact=True).click()


def replace(page: Page, file: str, old: str, new: str) -> None:
    """Edit the open file: one place of its text becomes another."""
    area = text(page, file)
    before = area.input_value()
    assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {file}"
    area.fill(before.replace(old, new))


def settled(opened: OpenedConsole, says: str) -> None:
    """Wait until the service has said that of the files as they stand."""
    expect(standing(opened.page)).to_contain_text(says, timeout=CHECKED)
    expect(opened.page.get_by_text("as they stand")).to_be_visible(timeout=CHECKED)
