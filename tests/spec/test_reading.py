"""Chapters are read as their writers mean them: otherwise an example could go unrun, and nobody would notice."""

from pathlib import Path

from tools.reference.chapters import examples

CHAPTER = """# A chapter

```yaml
# shop/pack.yaml
pack: shop
```

## First

```yaml
# shop/a.yaml
rules: []
# Not a heading
```

### Second

```text diagnostics
said
```

```yaml
# shop/pack.yaml
pack: other
```
"""


def test_blocks_belong_to_their_heading_and_to_the_head(tmp_path: Path) -> None:
    """A heading begins an example; files of the head belong to each, unless an example has its own of that name."""
    path = tmp_path / "01-a.md"
    path.write_text(CHAPTER, encoding="utf-8")

    first, second = examples(path)

    assert (first.name, second.name) == ("01-a.md:8 First", "01-a.md:16 Second")
    assert {name: block.text for name, block in first.files.items()} == {
        "shop/pack.yaml": "pack: shop\n",
        "shop/a.yaml": "rules: []\n# Not a heading\n",
    }
    assert {name: block.text for name, block in second.files.items()} == {"shop/pack.yaml": "pack: other\n"}
    assert [(block.info, block.text, block.line) for block in second.blocks if not block.file] == [
        (("text", "diagnostics"), "said\n", 19)
    ]
