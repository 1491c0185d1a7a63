"""Whatever else reads the language understands every example: schemas, the one style, the policy in plain words."""

from pathlib import Path

import pytest

from amends.cli.playbook_markdown import as_markdown
from amends.packs.format import format_yaml
from amends.packs.load import load_rules
from amends.packs.playbook.book import playbook
from tests.schemas.reading import problems, read, schema_of
from tests.spec.running import EXAMPLES, told, write
from tools.reference.chapters import Example

EACH = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def whole(example: Example, folder: Path) -> dict[str, bytes]:
    """The YAML files of an example of which nothing is told; none of one that shows mistakes."""
    if told(write(example, folder)):
        return {}
    return {name: block.text.encode() for name, block in example.files.items() if block.info == ("yaml",)}


@EACH
def test_schemas_take_what_the_loader_takes(example: Example, tmp_path: Path) -> None:
    """An editor must not mark as wrong what is right."""
    for name, data in whole(example, tmp_path).items():
        schema = "situation" if "/" not in name else schema_of(Path(name))
        assert problems(schema, read(data)) == [], name


@EACH
def test_every_file_can_be_put_into_the_one_style(example: Example, tmp_path: Path) -> None:
    """It says the same (which writing it checks), and a second time nothing changes."""
    for name, data in whole(example, tmp_path).items():
        styled = format_yaml(data, name)
        assert format_yaml(styled.encode(), name) == styled


@EACH
def test_every_pack_is_told_in_plain_words(example: Example, tmp_path: Path) -> None:
    """Each rule by its title, or that of its table."""
    for pack in load_rules(write(example, tmp_path)).packs.values():
        page = as_markdown(playbook(pack, locale=""))
        assert all(rule.title in page for rule in pack.rules if rule.row is None), pack.pack_id
