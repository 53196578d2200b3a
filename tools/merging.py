"""Put new rows and page runs into a record, and take out what is stale."""

from pathlib import Path

from tools import digest, records


def merge(root: Path, record: dict, rows: list[dict], entries: dict[str, dict]) -> None:
    """Put the new rows and page runs in; drop those of other frameworks that are stale.

    A stale row from a GPU stays, unseen, until someone with that GPU records it again.
    """
    replaced = [_identity(row) for row in rows]
    kept = [row for row in record["rows"] if _identity(row) not in replaced]
    if rows:
        fresh = records.fresh_rows(root, {**record, "rows": kept})
        kept = [row for row in kept if row["device"] == "gpu" or row in fresh]
    record["rows"] = sorted(kept + rows, key=_identity)
    for reader, entry in list(record["page"].items()):
        if entry["digest"] != digest.page(root, record["lesson"], reader):
            del record["page"][reader]
    record["page"] |= entries


def _identity(row: dict) -> tuple[str, str, str]:
    """Return what tells rows apart: one for each framework on the CPU, and on each kind of GPU."""
    name = row["device_name"] if row["device"] == "gpu" else ""
    return row["device"], row["framework"], name
