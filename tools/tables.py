"""The layout of a lesson's table of results: what record.py asks for, or every single number."""

from tools.records import RecordError
from tools.render import parse_template
from tools.values import MetricError, look_up


def check(lesson: str, table: list, rows: list[dict]) -> None:
    """Raise RecordError unless entries are (label, metric, format) and some row has the metric."""
    where = f"lessons/{lesson}/record.py, table()"
    for entry in table:
        if len(entry) != 3 or not all(isinstance(part, str) for part in entry):
            raise RecordError(f"{where}: {entry} is not (label, metric, format)")
        errors = []
        for row in rows:
            try:
                parse_template(entry[2])
                look_up(row, entry[1])
            except MetricError as error:
                errors.append(str(error))
        if len(errors) == len(rows):
            raise RecordError(f"{where}: {errors[0]}")


def default(rows: list[dict]) -> list[list[str]]:
    """Return a table of every metric that is one number, for lessons without a table()."""
    names = dict.fromkeys(
        name
        for row in rows
        for name, value in row["metrics"].items()
        if not isinstance(value["mean"], list)
    )
    return [[name.replace("_", " ").capitalize(), name, "{:.4g}"] for name in names]
