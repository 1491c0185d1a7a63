"""Writes a report: the page, and its charts as pictures."""

from pathlib import Path

from amends.rescoring.report.blocks import Report
from amends.rescoring.report.charts import as_png, as_svg
from amends.rescoring.report.page import as_html


def write_report(report: Report, *, page: Path | None, pictures: Path | None) -> None:
    """`page` and a picture of each chart in the folder `pictures`, of those that are asked for."""
    if page is not None:
        page.write_text(as_html(report, as_svg), encoding="utf-8")
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for chart in report.charts:
            (pictures / f"{chart.name}.png").write_bytes(as_png(chart))
