"""The process that measures: one framework, one lesson, started by tools.worker.

    python -m tools.measure run|page ROOT LESSON FRAMEWORK DEVICE SEEDS
    python -m tools.measure describe|bench ROOT LESSON FRAMEWORK DEVICE
    python -m tools.measure draw ROOT LESSON          with the record on its standard input
    python -m tools.measure live ROOT LESSON DEMO COURSE

It reports in lines of JSON on its standard output. Whatever the lesson or the framework prints
goes to standard error instead.
"""

import importlib
import json
import os
import re
import signal
import sys
import time
import traceback
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from tools.devices import describe
from tools.figures import svg_text
from tools.live import files as live_files
from tools.readers import PACKAGES
from tools.values import MetricError, plain


def run(send: Callable, root: Path, lesson: str, framework: str, device: str, seeds: str) -> None:
    """Run the lesson's experiment for each seed; send every metric and figure as it comes."""
    send(about=(about := describe(framework, device)))
    experiment = importlib.import_module(f"lessons.{lesson}.record").run
    for seed in range(int(seeds)):
        start = time.perf_counter()
        for name, value in experiment(framework, seed, about["device"]):
            if isinstance(value, bytes):
                if seed == 0:
                    send(seed=seed, model=_name(name), bytes=b64encode(value).decode())
            elif not hasattr(value, "savefig"):
                send(seed=seed, metric=_name(name), value=_plain(lesson, seed, name, value))
            elif seed == 0:
                send(seed=seed, figure=_name(name), svg=_drawn(value))
        send(seed=seed, seconds=time.perf_counter() - start)


def _plain(lesson: str, seed: int, name: str, value: object) -> float | list:
    try:
        return plain(value, name)
    except MetricError as error:
        raise MetricError(f"lessons/{lesson}/record.py, run(), seed {seed}: {error}") from None


def page(send: Callable, root: Path, lesson: str, framework: str, device: str, seeds: str) -> None:
    """Run the lesson's page for each seed; send what each block printed."""
    from tools.pages import Course

    course, path = Course(root), root / "docs" / f"{lesson}.md"
    course.bands = lambda page, reader: {}  # they are what is being measured
    for seed in range(int(seeds)):

        def report(done, seed=seed):
            send(seed=seed, block=done.block.key, printed=done.printed, seconds=done.seconds)

        start = time.perf_counter()
        course.run(path, framework, seed, progress=report)
        send(seed=seed, seconds=time.perf_counter() - start)
    send(about=describe(framework, device))


def bench(send: Callable, root: Path, lesson: str, framework: str, device: str) -> None:
    """Run a page once; send how long its framework took to import and its blocks to run."""
    from tools.pages import Course

    start = time.perf_counter()
    importlib.import_module(PACKAGES[framework])
    imported = time.perf_counter() - start
    runs = Course(root).run(root / "docs" / f"{lesson}.md", framework)
    send(imported=imported, seconds=sum(run.seconds for run in runs))


def draw(send: Callable, root: Path, lesson: str) -> None:
    """Draw the figures of a finished record, and send the layout of its table."""
    module, record = importlib.import_module(f"lessons.{lesson}.record"), json.load(sys.stdin)
    for name, figure in getattr(module, "figures", lambda record: [])(record):
        send(figure=_name(name), svg=_drawn(figure))
    if hasattr(module, "table"):
        send(table=[list(entry) for entry in module.table(record)])


def live(send: Callable, root: Path, lesson: str, name: str, course: str) -> None:
    """Compute a demo's files from the weights and records of a course; send each."""
    for path, text in live_files(root, name, Path(course)).items():
        send(file=path.relative_to(course).as_posix(), text=text)


def _name(name: str) -> str:
    if not re.fullmatch(r"\w+", name):
        raise MetricError(f"{name!r} is no name for a metric or figure; use letters, digits and _")
    return name


def _drawn(figure) -> str:
    text = svg_text(figure)
    if "matplotlib.pyplot" in sys.modules:  # which keeps its figures until they are closed
        sys.modules["matplotlib.pyplot"].close(figure)
    return text


def main(action: str, root: str, lesson: str, *arguments: str) -> int:
    """Do one action and report on what was standard output; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders go
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(**message):
        print(json.dumps(message), file=channel, flush=True)

    sys.path.insert(0, root)
    try:
        if action == "describe":
            send(about=describe(*arguments))
        else:
            actions = {"run": run, "page": page, "bench": bench, "draw": draw}
            actions["live"] = live
            actions[action](send, Path(root), lesson, *arguments)
    except Exception as error:
        send(**_failure(error, root))
        return 1
    return 0


def _failure(error: Exception, root: str) -> dict[str, str]:
    """Return what went wrong in one line, and the traceback unless the line says it all."""
    if isinstance(error, MetricError) or type(error).__name__ in ("BlockFailure", "PageError"):
        return {"error": str(error)}
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(Path(root) / "lessons")]
    places = [f"{Path(f.filename).relative_to(root).as_posix()}, line {f.lineno}: " for f in own]
    text = traceback.format_exception_only(error)[-1].strip()
    trace = "".join(traceback.format_exception(error)) if not own else ""
    return {"error": (places[-1] if places else "") + text, "trace": trace}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
