"""Rows of the table of records as the browser takes them: plain texts, and where each lies as far as that is known."""

from typing import Any

from watchfloor.geo.areas import written_metres
from watchfloor.geo.evidence import Page, Row
from watchfloor.geo.weights import written_weight


def written(page: Page) -> list[dict[str, Any]]:
    """The rows of a page."""
    return [_written(row) for row in page.rows]


def _written(row: Row) -> dict[str, Any]:
    record = row.record
    grading = " · ".join(filter(None, (record.reliability, record.validity)))
    return {
        "id": str(record.id),
        "when": record.when,
        "what": record.title,
        "amount": written_weight(row.kilograms) if row.kilograms else "",
        "taken": " · as written: ".join(filter(None, (record.amount, record.as_written))),
        "place": record.place,
        "precision": _known(row),
        "label": record.label,
        "holder": row.holder,
        "grading": grading or "not graded",
        "may": row.may,
        "cases": [[f"/case?id={key}", number] for key, number, _ in row.cases],
        "at": None if row.lon is None or row.lat is None else [row.lon, row.lat, row.uncertainty_m or 0.0],
    }


def _known(row: Row) -> str:
    if row.uncertainty_m is None or row.lon is None:
        return "place not known"
    return f"within {written_metres(row.uncertainty_m)}"
