"""Small tables for notebooks."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    """An HTML table; every text is escaped."""

    def cells(row: Sequence[Any], tag: str) -> str:
        return "".join("<%s>%s</%s>" % (tag, escape(str(v)), tag) for v in row)

    body = "".join("<tr>%s</tr>" % cells(r, "td") for r in rows)
    top = "<caption>%s</caption>" % escape(caption) if caption else ""
    return "<table>%s<thead><tr>%s</tr></thead><tbody>%s</tbody></table>" % (top, cells(head, "th"), body)
