"""Bands: between which values each number that a page prints may lie.

Another processor trains to other numbers, as another seed does. A sixth seed falls out of the
range of five by more than that range in about 1 of 30 cases, by more than twice the range in 1
of 160 (Student's t, four degrees of freedom). A page prints some forty numbers, so: twice.
"""

from tools.outputs import NUMBER, unit, value
from tools.records import RecordError

MARGIN = 2  # on either side, in ranges of the runs


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
    """Return the runs' range, twice as much on either side, and one unit of the last digit more.

    A whole number that every seed prints is a count, such as an epoch's: its band has no width.
    """
    values = [value(number) for number in numbers]
    spread = max(values) - min(values)
    margin = MARGIN * spread + (max(unit(number) for number in numbers) or float(spread > 0))
    low, high = min(values) - margin, max(values) + margin
    return [float(f"{low:.10g}"), float(f"{high:.10g}")]
