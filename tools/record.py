"""Record lessons: run their full experiments and their pages, and write what was measured.

    python -m tools.record convolutions            both frameworks, five seeds
    python -m tools.record --all --outputs         only the pages' outputs, numbers and figures
    python -m tools.record convolutions --framework tensorflow --device cpu
    python -m tools.record pneumonia               run a case study, write its notebook
    python -m tools.record pneumonia --words       only its words and captions; runs nothing

Writes docs/records/<lesson>.json and .md, docs/figures/<lesson>/*.svg, and the outputs and
numbers in docs/<lesson>.md; with a demo's weights also what python -m tools.live computes for
it: all at the end, or not at all. On a GPU it adds a row beside the CPU's and leaves the rest
alone. Exit status 2 for an error, 130 for Ctrl-C.
"""

import argparse
import contextlib
import difflib
import importlib.util
import signal
import sys
from pathlib import Path

from tools import digest, records, studies, verified
from tools.readers import PACKAGES, READERS
from tools.recording import Recording
from tools.records import RecordError
from tools.staging import Staging
from tools.worker import measure

SEEDS = 5
ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Record the lessons that the command line names; return the exit status."""
    options = _parser().parse_args(arguments)
    options.root = options.root.resolve()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _interrupt_once)
    lesson = ""
    try:
        frameworks = _frameworks(options.framework)
        for lesson in _lessons(options):
            if lesson in studies.names(options.root):
                make = studies.renew if options.words else studies.run
                print(f"{lesson}: wrote {make(options.root, lesson)}")
            else:
                _record(lesson, frameworks, options)
    except RecordError as error:
        print(f"record: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"record: stopped; the old record of {lesson} is kept as it was", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--all", action="store_true", help="every lesson")
    parser.add_argument("--framework", choices=READERS, help="only this one (default: both)")
    parser.add_argument(
        "--device",
        choices=["cpu", "gpu"],
        default="auto",
        help="default: a GPU where the framework sees one",
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default: {SEEDS}")
    parser.add_argument(
        "--outputs", action="store_true", help="run the page again, but not the experiment"
    )
    parser.add_argument(
        "--words", action="store_true", help="renew the words of a case study, run nothing"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser


def _interrupt_once(*_: object) -> None:
    """Stop at the first Ctrl-C; a second one does not disturb the tidying up."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


def _frameworks(wanted: str | None) -> list[str]:
    """Return the frameworks to record, and say which is missing."""
    names = [wanted] if wanted else list(READERS)
    found = [name for name in names if importlib.util.find_spec(PACKAGES[name])]
    advice = " or ".join(f"pip install '.[{name}]'" for name in names)
    if not found:
        missing = " nor ".join(READERS[name] for name in names)
        raise RecordError(f"no {missing} is installed here; run {advice}")
    for name in set(names) - set(found):
        print(f"{READERS[name]} is not installed here; its rows stay as they are", file=sys.stderr)
    return found


def _lessons(options: argparse.Namespace) -> list[str]:
    lessons, cases = records.lessons(options.root), studies.names(options.root)
    if options.outputs and options.words:
        raise RecordError("--outputs is for lessons, --words for case studies: give one of them")
    known = cases if options.words else lessons if options.outputs else lessons + cases
    kind, kinds = ("case study", "case studies") if options.words else ("lesson", "lessons")
    names = known if options.all else options.lessons
    if not names:
        raise RecordError(f"name a {kind}, or give --all; the {kinds}: {', '.join(known)}")
    if options.seeds < 1:
        raise RecordError(f"--seeds {options.seeds}: give 1 or more")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}? " if near else ""
            listed = f"The {kinds}: {', '.join(known)}"
            raise RecordError(f"no {kind} is called {name}; {guess}{listed}")
        if name in lessons and not (options.root / "lessons" / name / "record.py").is_file():
            raise RecordError(f"lessons/{name}/record.py is missing; define run() in it")
    return names


def _record(lesson: str, frameworks: list[str], options: argparse.Namespace) -> None:
    full = not options.outputs and len(frameworks) == len(READERS)
    recording = Recording(options.root, lesson, options.seeds, from_scratch=full)
    try:
        for framework in frameworks:
            digest.row(options.root, lesson, framework)
            device = "cpu" if options.outputs else _device(lesson, framework, options)
            if device == "cpu":
                recording.run_page(framework)
            if not options.outputs:
                recording.run_experiment(framework, device)
        written = recording.finish()
    except SyntaxError as error:
        raise RecordError(f"{error.filename}, line {error.lineno}: {error.msg}") from None
    except OSError as error:
        raise RecordError(f"{error.filename}: {error.strerror}; the old record is kept") from None
    finally:
        recording.staging.discard()
    staging = Staging()
    staging.write(verified.path(options.root), verified.text(options.root))
    staging.commit()
    names = ", ".join(path.relative_to(options.root).as_posix() for path in written)
    print(f"{lesson}: wrote {names}")


def _device(lesson: str, framework: str, options: argparse.Namespace) -> str:
    """Return cpu or gpu: the one asked for, else a GPU where the framework sees one."""
    if options.device == "cpu":
        return "cpu"
    messages = measure("describe", options.root, lesson, framework, options.device)
    with contextlib.closing(messages):
        about = next(message["about"] for message in messages if "about" in message)
    if about["device"] == "gpu":
        print(
            f"{lesson}: a row for {READERS[framework]} on {about['device_name']}; the page and "
            "the CPU's row stay as they are (--device cpu records them)",
            file=sys.stderr,
        )
    return about["device"]


if __name__ == "__main__":
    sys.exit(main())
