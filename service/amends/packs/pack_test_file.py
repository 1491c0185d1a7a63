"""Reads the tests that a pack keeps beside its rules: `tests/*_test.yaml`, each with clock, situations and tests."""

from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.action_kinds import ActionKind
from amends.packs.diagnostics import PackError
from amends.packs.files import FolderFiles, PackFiles
from amends.packs.findings import Findings, nearest
from amends.packs.folder import read_tests
from amends.packs.literals import Conventions, LiteralError, read_date
from amends.packs.model import Pack, Position
from amends.packs.pack_test import Earlier, Expectation, PackTest
from amends.packs.read_expectation import ExpectationReader
from amends.packs.read_granted import read_kind
from amends.packs.read_situation import SituationReader, overridden
from amends.packs.reader import Document, MapNode, Node
from amends.packs.reply_test import ReplyTest
from amends.packs.reply_words import finding_ids
from amends.packs.shapes import Context, check_keys, items, mapping, missing, scalar, words

FILE_KEYS: Final = ("clock", "situations", "tests", "replies")
REPLY_TEST_KEYS: Final = (
    *("name", "given", "with", "role", "locale", "draft"),
    *("finds", "misses", "wrongly", "because"),
)
TEST_KEYS: Final = ("name", "given", "with", "role", "supersedes", "expect")
EARLIER_KEYS: Final = ("given", "with", "offered", "executed")


def load_pack_tests(folder: Path, pack: Pack) -> tuple[PackTest, ...]:
    """Every test in the `tests` of a pack's folder, files by name; PackError with everything wrong with them."""
    return read_tests_of(FolderFiles(folder), pack)


def read_tests_of(files: PackFiles, pack: Pack) -> tuple[PackTest, ...]:
    """As `load_pack_tests`, of files wherever they are."""
    findings = Findings()
    documents = read_tests(files, findings)
    tests = [test for document in documents for test in read_pack_tests(document, pack, findings)]
    if findings.failed:
        raise PackError(findings.shown())
    return tuple(tests)


def read_reply_tests_of(files: PackFiles, pack: Pack) -> tuple[ReplyTest, ...]:
    """Every written reply in the `tests` of a pack; PackError as of `read_tests_of`."""
    findings = Findings()
    readers = [_reader(document, pack, findings) for document in read_tests(files, findings)]
    replies = [reply for reader in readers if reader is not None for reply in reader.replies()]
    if findings.failed:
        raise PackError(findings.shown())
    return tuple(replies)


def read_pack_tests(document: Document, pack: Pack, findings: Findings) -> tuple[PackTest, ...]:
    """The tests of one file, as far as they could be read."""
    reader = _reader(document, pack, findings)
    if reader is None:
        return ()
    # Read here as well, so that what is wrong with a reply is told wherever tests are read.
    reader.replies()
    return reader.tests()


def _reader(document: Document, pack: Pack, findings: Findings) -> "_FileReader | None":
    document.register(findings)
    root = mapping(document.root, "a file of tests", findings) if document.root is not None else None
    if root is None:
        if not findings.failed:
            findings.error(Position(document.file, 1, 1), "empty", "there is nothing to read", "clock: 2026-11-01")
        return None
    check_keys(root, FILE_KEYS, findings, what="a file of tests")
    return _FileReader(root, pack, findings)


class _FileReader:
    __slots__ = ("_clock", "_expectations", "_findings", "_names", "_pack", "_reader", "_root", "_situations")

    def __init__(self, root: MapNode, pack: Pack, findings: Findings) -> None:
        self._root = root
        self._pack = pack
        self._findings = findings
        conventions = Conventions(ZoneInfo(pack.timezone), pack.currency)
        teams, calendars = tuple(pack.teams), tuple(pack.calendars)
        context = Context(pack.vocabulary, teams, conventions, findings, calendars, pack.actions)
        self._expectations = ExpectationReader(pack, context)
        self._reader = SituationReader(pack, findings, default_observe_time=self._read_clock(conventions))
        self._situations = self._read_situations()
        self._names: set[str] = set()

    def tests(self) -> tuple[PackTest, ...]:
        """All tests, in the order written."""
        read = (self._test(item) for item in items(self._root.get("tests"), "`tests`", self._findings))
        return tuple(test for test in read if test is not None)

    def replies(self) -> tuple[ReplyTest, ...]:
        """All written replies, in the order written."""
        read = (self._reply(item) for item in items(self._root.get("replies"), "`replies`", self._findings))
        return tuple(reply for reply in read if reply is not None)

    def _read_clock(self, conventions: Conventions) -> int:
        node = self._root.get("clock")
        if node is None:
            missing(self._root, "clock", "a file of tests", self._findings)
            return 0
        found = scalar(node, "`clock`", self._findings)
        try:
            return 0 if found is None else read_date(found.text, conventions.timezone)
        except LiteralError as error:
            self._findings.error(node.position, error.code, f"clock: {error.message}", error.hint)
            return 0

    def _read_situations(self) -> dict[str, MapNode]:
        node = self._root.get("situations")
        named = mapping(node, "`situations`", self._findings) if node is not None else None
        found: dict[str, MapNode] = {}
        for key, value in named.entries if named is not None else ():
            situation = mapping(value, f"the situation {key.text[:60]!r}", self._findings)
            if situation is not None:
                found[key.text] = situation
                self._reader.read(situation)  # one that no test is given is read all the same: it may be wrong
        return found

    def _test(self, item: Node) -> PackTest | None:
        node = mapping(item, "a test", self._findings)
        if node is None:
            return None
        check_keys(node, TEST_KEYS, self._findings, what="a test")
        name, expect = node.get("name"), node.get("expect")
        for key in ("name", "expect"):
            if node.get(key) is None:
                missing(node, key, "a test", self._findings)
        given = self._given(node)
        title = scalar(name, "`name`", self._findings) if name is not None else None
        if title is None or expect is None or given is None:
            return None
        if title.text in self._names:
            message = f"two tests are named {title.text[:60]!r}"
            self._findings.error(title.position, "duplicate-name", message, "give each its own name")
        self._names.add(title.text)
        return PackTest(
            name=title.text,
            situation=self._reader.read(given),
            role=self._role(node.get("role")),
            expect=self._expected(expect, node),
            supersedes=self._supersedes(node.get("supersedes")),
            position=node.position,
        )

    def _reply(self, item: Node) -> ReplyTest | None:
        node = mapping(item, "a reply", self._findings)
        if node is None:
            return None
        check_keys(node, REPLY_TEST_KEYS, self._findings, what="a reply")
        texts = {key: self._text(node, key) for key in ("name", "locale", "draft", "because")}
        for key in ("name", "draft"):
            if node.get(key) is None:
                missing(node, key, "a reply", self._findings)
        idents = {key: self._idents(node, key) for key in ("finds", "misses", "wrongly")}
        if idents["wrongly"] and not texts["because"]:
            missing(node, "because", "a reply with findings that are wrong", self._findings)
        given = self._given(node)
        if given is None:
            return None
        return ReplyTest(
            name=texts["name"],
            situation=self._reader.read(given),
            role=self._role(node.get("role")),
            locale=texts["locale"] or "en",
            draft=texts["draft"],
            finds=idents["finds"],
            misses=idents["misses"],
            wrongly=idents["wrongly"],
            because=texts["because"],
            position=node.position,
        )

    def _text(self, node: MapNode, key: str) -> str:
        found = node.get(key)
        text = scalar(found, f"`{key}`", self._findings) if found is not None else None
        return "" if text is None else text.text

    def _idents(self, node: MapNode, key: str) -> tuple[str, ...]:
        """Ids of findings, all of which must exist, so that no reply passes by a misspelling."""
        known = finding_ids(self._pack.replies)
        found = words(node.get(key), f"`{key}`", self._findings)
        for word in found:
            if word.text not in known:
                message = f"the reply check has no finding {word.text[:60]!r}"
                self._findings.error(word.position, "unknown-name", message, nearest(word.text, known))
        return tuple(word.text for word in found)

    def _expected(self, expect: Node, test: MapNode) -> Expectation:
        found = self._expectations.read(expect)
        if found.changes is not None and test.get("supersedes") is None:
            missing(test, "supersedes", "a test of `changes`", self._findings)
        return found

    def _supersedes(self, node: Node | None) -> Earlier | None:
        earlier = mapping(node, "`supersedes`", self._findings) if node is not None else None
        if earlier is None:
            return None
        check_keys(earlier, EARLIER_KEYS, self._findings, what="`supersedes`")
        given = self._given(earlier)
        offered, executed = (self._kinds(earlier.get(key), key) for key in ("offered", "executed"))
        return None if given is None else Earlier(self._reader.read(given), offered, executed)

    def _kinds(self, node: Node | None, what: str) -> tuple[ActionKind, ...]:
        kinds = (read_kind(word, self._findings) for word in words(node, f"`{what}`", self._findings))
        return tuple(kind for kind in kinds if kind is not None)

    def _given(self, node: MapNode) -> MapNode | None:
        """The situation of a test: the named one, if any, with the test's own entries in place of its."""
        given, over = node.get("given"), node.get("with")
        base: MapNode | None = MapNode((), node.position)
        if given is not None:
            named = scalar(given, "`given`", self._findings)
            base = self._situations.get(named.text) if named is not None else None
            if named is not None and base is None:
                message = f"there is no situation {named.text[:60]!r}"
                self._findings.error(named.position, "unknown-name", message, nearest(named.text, self._situations))
        changes = mapping(over, "`with`", self._findings) if over is not None else None
        return base if base is None or changes is None else overridden(base, changes)

    def _role(self, node: Node | None) -> str:
        roles = [role.role for role in self._pack.authority]
        found = scalar(node, "`role`", self._findings) if node is not None else None
        if found is None:
            return roles[0]
        if found.text not in roles:
            message = f"the pack has no role {found.text[:60]!r}"
            self._findings.error(found.position, "unknown-name", message, nearest(found.text, roles))
        return found.text
