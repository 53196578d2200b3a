"""How far a recording has come: a bar on a terminal, one line a seed elsewhere."""

import sys
import time

BAR = "{desc} {percentage:3.0f} %|{bar}| {elapsed}<{remaining}{postfix}"


class Progress:
    """Follows the messages of one process; a context manager."""

    def __init__(self, what: str, seeds: int):
        self.what, self.seeds, self.bar = what, seeds, None
        self.seed, self.steps, self.first, self.last = 0, 0, 0, ""
        self.start = time.monotonic()

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=self.seeds, desc=self.what, bar_format=BAR, leave=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def hear(self, message: dict) -> None:
        """Take note of a message; an empty one only moves the clock on."""
        if message.get("seed", self.seed) != self.seed:
            self.seed, self.steps = message["seed"], 0
        if "metric" in message:
            value = message["value"]
            shown = f"{value:.5g}" if isinstance(value, float) else f"{len(value)} numbers"
            self._step(f"{message['metric']} {shown}")
        elif "block" in message:
            self._step(message["block"])
        elif "seconds" in message and "seed" in message:
            self._finish_seed()
        self._draw()

    def _step(self, text: str) -> None:
        self.steps, self.last = self.steps + 1, text
        self.first = max(self.first, self.steps)

    def _finish_seed(self) -> None:
        self.seed, self.steps = self.seed + 1, 0
        if self.bar is None:
            seconds = time.monotonic() - self.start
            text = f"{self.what}: seed {self.seed} of {self.seeds}, {self.last}, {seconds:.0f} s"
            print(text, file=sys.stderr, flush=True)

    def _draw(self) -> None:
        """Draw the bar: in the first seed nobody knows how many metrics are to come."""
        if self.bar is not None:
            part = self.steps / self.first if self.seed and self.first else 0
            self.bar.n = min(self.seed + part, self.seeds)
            at = min(self.seed, self.seeds - 1)
            self.bar.set_postfix_str(f"seed {at} {self.last}", refresh=False)
            self.bar.refresh()
