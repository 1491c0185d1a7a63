"""The console's Edit: what is typed is checked as `amends check` would, and goes in and out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.console import Console, OpenConsole, serve_console
from tests.browser.editing import (
    BEGUN,
    CHECKED,
    FILES,
    amends_check,
    open_file,
    replace,
    settled,
    standing,
    text,
    told,
    unzipped,
    write_files,
    zipped,
)
from tests.browser.pack import late

PROVED: Final = 60_000
"""Milliseconds within which a pack of these tests is checked and proved."""
CORNER: Final = "pack: corner\nversion: 2.0.0\ntitle: A corner\nextends: [desk]\nmain: [fault]\n"
EDIT: Final = "#/policy/desk/edit"
MIB: Final = 1024 * 1024


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A service of a pack of several files, and one that extends it."""
    folder = tmp_path_factory.mktemp("shelf")
    write_files(folder / "rules" / "desk", FILES)
    with serve_console(folder, packs={"corner": CORNER}) as serving:
        yield serving


@pytest.fixture
def opening(browser: Browser, shelf: Console) -> Iterator[OpenConsole]:
    opening = OpenConsole(browser, shelf)
    yield opening
    opening.close()


def test_what_is_typed_is_told_as_the_command_line_tells_it(opening: OpenConsole, tmp_path: Path) -> None:
    """Errors and warnings, word for word, with their places; what is gone and what is new since then is counted."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    expect(standing(page)).to_contain_text("Compiles as 1.0.0")
    write_files(tmp_path / "desk", FILES)
    assert told(page) == amends_check(tmp_path, "desk")

    replace(page, "desk/pack.yaml", "of: shipping_fee", "of: shiping_fee")
    settled(opened, "1 error. It does not compile. New since you began: 1.")
    write_files(tmp_path / "desk", {"pack.yaml": text(page, "desk/pack.yaml").input_value().encode()})
    assert told(page) == amends_check(tmp_path, "desk")
    expect(page.get_by_role("navigation", name="Files")).to_contain_text("pack.yaml changed, 1 error")
    opened.shoot("edit_error")

    replace(page, "desk/pack.yaml", "of: shiping_fee", "of: shipping_fee")
    replace(page, "desk/pack.yaml", "    when: {fault: company}\n", "")
    settled(opened, "Gone since you began: ")
    write_files(tmp_path / "desk", {"pack.yaml": text(page, "desk/pack.yaml").input_value().encode()})
    assert told(page) == amends_check(tmp_path, "desk")
    assert opened.complaints == []


def test_a_finding_leads_to_its_line(opening: OpenConsole) -> None:
    """From another file, by the keyboard: the file opens and the line is selected; so does the address."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    open_file(page, "tests/late_test.yaml")
    expect(text(page, "desk/tests/late_test.yaml")).to_be_visible()
    page.get_by_role("button", name="desk/pack.yaml:6:1").first.press("Enter")
    expect(text(page, "desk/pack.yaml")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "main: [fault]"

    opened.go(f"{EDIT}?file=desk/holiday.yaml&line=3")
    expect(text(page, "desk/holiday.yaml")).to_be_focused()
    area = "document.querySelector('.text textarea')"
    selected = page.evaluate(f"{area}.value.slice({area}.selectionStart, {area}.selectionEnd)")
    assert selected == "    title: Übergabe an Feiertagen"


def test_the_tab_key_goes_on(opening: OpenConsole) -> None:
    """Whoever uses the keyboard comes out of the text as they came in, and nothing is written."""
    page = opening(EDIT).page
    area = text(page, "desk/pack.yaml")
    before = area.input_value()
    area.focus()
    page.keyboard.press("Tab")
    expect(area).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(area).to_be_focused()
    assert area.input_value() == before


def test_files_are_added_renamed_removed_and_brought_back(opening: OpenConsole) -> None:
    """Each file says what became of it; a name that no pack can have is refused; it can all be begun again."""
    opened = opening(EDIT)
    page = opened.page
    files = page.get_by_role("navigation", name="Files")
    settled(opened, BEGUN)

    page.get_by_label("New file").fill("notes.txt")
    expect(files).to_contain_text("expected one that ends in .yaml or .csv")
    page.get_by_label("New file").press("Enter")
    expect(files.get_by_role("listitem")).to_have_count(3)
    page.get_by_label("New file").fill("more.yaml")
    page.get_by_role("button", name="Add").click()
    text(page, "desk/more.yaml").fill("rules: [")
    settled(opened, "error")
    expect(files).to_contain_text("more.yaml new, 1 error")

    page.get_by_role("button", name="Rename…").click()
    page.get_by_label("Its new name").fill("holiday.yaml")
    expect(page.get_by_text("there is one of that name")).to_be_visible()
    page.get_by_label("Its new name").fill("themes/more.yaml")
    page.get_by_role("button", name="Rename", exact=True).click()
    settled(opened, "error")
    expect(page.get_by_role("button", name="desk/themes/more.yaml:")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    settled(opened, BEGUN)

    open_file(page, "holiday.yaml")
    page.get_by_role("button", name="Remove").click()
    expect(files).to_contain_text("holiday.yaml removed")
    page.get_by_role("button", name="Bring back").click()
    expect(files).not_to_contain_text("removed")
    replace(page, "desk/holiday.yaml", "house rule 9", "house rule 10")
    expect(files).to_contain_text("holiday.yaml changed")
    page.get_by_role("button", name="Undo its changes").click()
    expect(files).not_to_contain_text("changed")

    replace(page, "desk/holiday.yaml", "house rule 9", "house rule 11")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Begin again").click()
    expect(files).not_to_contain_text("changed")
    assert opened.complaints == []


def test_what_it_extends_is_read_and_not_edited(opening: OpenConsole) -> None:
    """The files of the other pack stand beside its own, and take no key."""
    opened = opening("#/policy/corner/edit")
    page = opened.page
    settled(opened, "Compiles as 2.0.0")
    page.get_by_text("desk, which it extends").click()
    open_file(page, "holiday.yaml")
    area = text(page, "desk/holiday.yaml")
    expect(area).to_have_value(FILES["holiday.yaml"].decode().replace("\r\n", "\n"))
    expect(area).not_to_be_editable()


def test_a_draft_is_there_when_one_comes_back(opening: OpenConsole) -> None:
    """Other places, and back: the draft is as it was. Before it goes with the page, the browser asks."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    text(page, "desk/pack.yaml").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("# a draft")
    settled(opened, BEGUN)
    opened.go("#/policy/desk/map")
    expect(text(page, "desk/pack.yaml")).to_have_count(0)
    opened.go(EDIT)
    assert text(page, "desk/pack.yaml").input_value().endswith("# a draft")
    expect(page.get_by_role("navigation", name="Files")).to_contain_text("pack.yaml changed")

    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("button", name="Sign out").click()
    assert asked == ["beforeunload"]
    assert text(page, "desk/pack.yaml").input_value().endswith("# a draft")


def _put_files(page: Page, folder: Path) -> None:
    page.get_by_label("Files, or a zip").set_input_files(sorted(folder.rglob("*.*")))


def _put_folder(page: Page, folder: Path) -> None:
    page.get_by_label("A folder").set_input_files(folder)


def _put_zip(page: Page, folder: Path) -> None:
    files = {f"{folder.name}/{path}": content for path, content in ROOMS.items()}
    (folder.parent / "rooms.zip").write_bytes(zipped({**files, "beside.txt": b"", "__MACOSX/pack.yaml.csv": b""}))
    page.get_by_label("Files, or a zip").set_input_files(folder.parent / "rooms.zip")


ROOMS: Final = {
    "pack.yaml": b"pack: rooms\nversion: 7\ntitle: Rooms\nmain: [fault]\n",
    "all.yaml": b"rules:\n  - id: always\n    title: Whoever did it\n    then: [{apology: {}}]\n",
    "notes.md": b"What nobody checks.\n",
}


@pytest.mark.parametrize("put", [_put_files, _put_folder, _put_zip])
def test_a_pack_of_ones_own_is_opened(opening: OpenConsole, tmp_path: Path, put: Callable[[Page, Path], None]) -> None:
    """Its files, its folder or a zip: what is found is what the command line finds in the folder."""
    folder = tmp_path / "rooms"
    write_files(folder, ROOMS)
    opened = opening("#/policy/rooms/edit")
    page = opened.page
    expect(page.get_by_text("The service has no such pack yet.")).to_be_visible()
    page.get_by_text("Open files of your own").click()
    put(page, folder)
    settled(opened, "Compiles as 7")
    assert told(page) == amends_check(tmp_path, "rooms")
    expect(page.get_by_text("Left aside")).to_contain_text("notes.md")
    names = page.get_by_role("navigation", name="Files").get_by_role("listitem")
    expect(names).to_contain_text(["pack.yaml new", "all.yaml new"])


def test_a_folder_of_another_name_is_that_pack(opening: OpenConsole, tmp_path: Path) -> None:
    """It leads to the place of that pack, and what was edited before stays where it was."""
    folder = tmp_path / "rooms"
    write_files(folder, ROOMS)
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    page.get_by_text("Open files of your own").click()
    _put_folder(page, folder)
    expect(page.get_by_role("heading", name="Edit rooms")).to_be_visible()
    settled(opened, "Compiles as 7")
    opened.go(EDIT)
    settled(opened, "Compiles as 1.0.0")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("broken.zip", zipped({"desk/pack.yaml": b"pack: desk"})[:-10], ["broken.zip: no zip that can be read"]),
        ("no.zip", b"pack: desk", ["no.zip: no zip that can be read"]),
        ("none.zip", zipped({"a/rules.yaml": b""}), ["There is no pack.yaml among them"]),
        ("two.zip", zipped({"a/pack.yaml": b"", "b/pack.yaml": b""}), ["open one of them: a/pack.yaml, b/pack.yaml"]),
        (
            "much.zip",
            zipped({"a/pack.yaml": b"", "a/big.yaml": bytes(9 * MIB), "a/rules.yml": b"", "a/x/../y.yaml": b""}),
            ["9.0 MiB; a pack has 8 at most", "a/rules.yml: no file of a pack", "a/x/../y.yaml: no path in a pack"],
        ),
        ("many.zip", zipped({"a/pack.yaml": b"", **{f"a/{n}.yaml": b"" for n in range(1000)}}), ["1001 files"]),
        ("strange.zip", zipped({"a b/pack.yaml": b""}), ["a b: no name of a pack's folder"]),
    ],
)
def test_what_is_no_pack_is_refused_whole(opening: OpenConsole, name: str, content: bytes, says: list[str]) -> None:
    """Everything that is wrong is told at once; what was edited before stays."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    page.get_by_text("Open files of your own").click()
    expect(page.get_by_text("At most 1,000 files")).to_be_visible()
    file = {"name": name, "mimeType": "application/zip", "buffer": content}
    page.get_by_label("Files, or a zip").set_input_files(files=[file])
    for one in says:
        expect(page.get_by_role("alert")).to_contain_text(one)
    expect(page.get_by_role("navigation", name="Files").get_by_role("listitem")).to_have_count(3)
    assert opened.complaints == []


def test_who_may_not_publish_reads_and_learns_why_nothing_is_checked(opening: OpenConsole) -> None:
    """A check is for who publishes; the files are there to be read and taken along."""
    page = opening(EDIT, who="watcher").page
    expect(page.get_by_role("alert").first).to_contain_text("publish")
    expect(text(page, "desk/pack.yaml")).to_be_visible()
    expect(page.get_by_role("form", name="Go live")).to_have_count(0)


def test_its_own_tests_are_run(opening: OpenConsole) -> None:
    """Passed or with what came otherwise, and how much they reach; they are of the files as they were run."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    tests = page.get_by_role("form", name="Own tests")
    tests.get_by_role("button", name="Run its tests").click()
    expect(tests.get_by_role("status")).to_contain_text("1 of 1 test passed.", timeout=CHECKED)
    expect(tests.get_by_role("status")).to_contain_text(r"% of what tests can reach is reached.")
    expect(page.get_by_role("table", name="What no test reaches")).to_contain_text("gesture")

    replace(page, "desk/pack.yaml", "facts.delay_days: {at_least: 3}", "facts.delay_days: {at_least: 6}")
    expect(tests.get_by_role("status")).to_contain_text("run them again")
    tests.get_by_role("button", name="Run its tests").click()
    expect(tests.get_by_role("status")).to_contain_text("0 of 1 test passed.", timeout=CHECKED)
    expect(page.get_by_role("row", name="five days late")).to_contain_text("shipping-back")
    opened.shoot("edit_tests")


def _exported(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    packed: Path = folder / download.value.suggested_filename
    download.value.save_as(packed)
    return packed


def test_what_is_exported_is_what_was_edited_byte_for_byte(opening: OpenConsole, tmp_path: Path) -> None:
    """With the ends of lines that each file has; the same files make the same zip, which can be opened."""
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    open_file(page, "holiday.yaml")
    replace(page, "desk/holiday.yaml", "an Feiertagen", "an Sonntagen")
    settled(opened, BEGUN)
    packed = _exported(page, tmp_path)
    assert packed.name == "desk-1.0.0.zip"
    edited = {**FILES, "holiday.yaml": FILES["holiday.yaml"].replace(b"an Feiertagen", b"an Sonntagen")}
    assert unzipped(packed) == {f"desk/{path}": content for path, content in edited.items()}
    first = packed.read_bytes()
    assert _exported(page, tmp_path).read_bytes() == first

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Begin again").click()
    settled(opened, BEGUN)
    page.get_by_text("Open files of your own").click()
    page.get_by_label("Files, or a zip").set_input_files(packed)
    expect(page.get_by_role("navigation", name="Files")).to_contain_text("holiday.yaml changed")
    assert unzipped(_exported(page, tmp_path)) == {f"desk/{path}": content for path, content in edited.items()}
    assert opened.complaints == []


def test_a_draft_is_asked_to_go_live(browser: Browser, tmp_path: Path) -> None:
    """Once it compiles, with a reason; it is followed until it decides. Of its tests the service keeps none."""
    write_files(tmp_path / "rules" / "desk", FILES)
    with serve_console(tmp_path, "--no-watch", packs={}) as alone:
        opening = OpenConsole(browser, alone)
        _goes_live(opening, alone)
        opening.close()


def _goes_live(opening: OpenConsole, alone: Console) -> None:
    opened = opening(EDIT)
    page = opened.page
    settled(opened, BEGUN)
    replace(page, "desk/pack.yaml", "version: 1.0.0", "version: [")
    settled(opened, "It does not compile")
    expect(page.get_by_role("form", name="Go live")).to_have_count(0)
    replace(page, "desk/pack.yaml", "version: [", "version: 1.1.0")
    settled(opened, "Compiles as 1.1.0")
    form = page.get_by_role("form", name="Go live")
    expect(form.get_by_label("Policy")).to_have_value("default")
    form.get_by_label("Policy").fill("desk")
    form.get_by_label("Why").fill("autumn")
    form.get_by_label("Ticket").fill("CR-8")
    opened.shoot("edit_go_live")
    form.get_by_role("button", name="Ask for it to go live").click()
    expect(page.get_by_role("cell", name="autumn")).to_be_visible(timeout=PROVED)
    expect(page.get_by_role("status")).to_have_text("Live", timeout=PROVED)
    # It is live once that is recorded; the process decides by it once it has looked.
    alone.server.wait_for("policy_changed", activation_id=page.url.rpartition("/")[2])
    assert alone.decided(late("autumn"))["decision"]["packVersion"] == "1.1.0"
    assert opened.complaints == []

    again = opening(EDIT)
    settled(again, "Compiles as 1.1.0")
    expect(again.page.get_by_text("its tests are not here")).to_be_visible()
    expect(again.page.get_by_role("form", name="Go live")).to_contain_text("it would go live without them")


def test_troubles_are_told(opening: OpenConsole) -> None:
    """Who may not read the files, and a service that is away: in words, and what is typed stays."""
    clerk = opening(EDIT, who="clerk").page
    expect(clerk.get_by_role("alert")).to_contain_text("read")

    away = opening(EDIT)
    settled(away, BEGUN)
    away.page.context.set_offline(True)
    replace(away.page, "desk/pack.yaml", "title: A small desk", "title: A desk alone")
    expect(away.page.get_by_role("alert")).to_contain_text("does not answer", timeout=CHECKED)
    away.page.context.set_offline(False)
    away.page.get_by_role("button", name="Ask again").click()
    settled(away, BEGUN)
    assert "A desk alone" in text(away.page, "desk/pack.yaml").input_value()


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (True, 320)], ids=["light", "dark", "phone"])
def test_it_is_accessible(opening: OpenConsole, *, dark: bool, width: int) -> None:
    """Light, dark and on a phone: axe-core finds nothing, nothing is cut off, and nothing breaks the policy."""
    opened = opening(EDIT, dark=dark, width=width)
    settled(opened, BEGUN)
    replace(opened.page, "desk/pack.yaml", "of: shipping_fee", "of: shiping_fee")
    settled(opened, "1 error")
    opened.page.get_by_text("Open files of your own").click()
    opened.shoot(f"edit_{'dark' if dark else 'light'}_{width}")
    assert opened.violations() == []
    assert opened.fits()
    assert opened.complaints == []
