"""Bands: between which values each number that a page prints may lie."""

from tools.outputs import NUMBER, unit, value
from tools.records import RecordError


def measured(blocks: list, printed: dict[str, list[str]]) -> dict[str, list[list[float]]]:
    """Return, for each block with a measured output, lowest and highest value of each number.

    printed maps a block's key to what it printed with each seed. Outputs whose title names a
    tolerance need no band. Raises RecordError where the seeds print different counts of numbers.
    """
    return {
        block.key: _bands(block.key, printed[block.key])
        for block in blocks
        if block.key in printed
        and block.output
        and block.output.kind == "measured"
        and not block.output.tolerance
    }


def _bands(key: str, texts: list[str]) -> list[list[float]]:
    found = [[match[0] for match in NUMBER.finditer(text)] for text in texts]
    counts = [len(numbers) for numbers in found]
    if len(set(counts)) > 1:
        raise RecordError(
            f"{key}: with different seeds it prints {min(counts)} to {max(counts)} numbers; "
            'print as many each time, or write "Output (sample)"'
        )
    return [_band(numbers) for numbers in zip(*found, strict=True)]


def _band(numbers: tuple[str, ...]) -> list[float]:
    """Return the runs' range, as wide again on either side, and one unit of the last digit more.

    A whole number that every seed prints is a count, such as an epoch's: its band has no width.
    """
    values = [value(number) for number in numbers]
    spread = max(values) - min(values)
    last = max(unit(number) for number in numbers) or float(spread > 0)
    low, high = min(values) - spread - last, max(values) + spread + last
    return [float(f"{low:.10g}"), float(f"{high:.10g}")]
