"""One recording of a lesson: measure, merge with the old record, and write all at the end."""

import contextlib
import hashlib
import json
import tempfile
from base64 import b64decode
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from tools import bands, demo_files, digest, prose, records, render, tables
from tools.merging import merge
from tools.progress import Progress
from tools.readers import READERS
from tools.records import RecordError
from tools.staging import Staging
from tools.values import MetricError, summary
from tools.worker import measure

PLACEHOLDER = "".join(
    f"<!-- --8<-- [start:{name}] -->\n<!-- --8<-- [end:{name}] -->\n" for name in ("ran", "results")
)


class Recording:
    """What has been measured of one lesson; nothing on disk changes before finish()."""

    def __init__(self, root: Path, lesson: str, seeds: int, from_scratch: bool):
        self.root, self.lesson, self.seeds, self.from_scratch = root, lesson, seeds, from_scratch
        self.page = root / "docs" / f"{lesson}.md"
        self.rows: list[dict] = []
        self.entries: dict[str, dict] = {}
        self.printed: dict[str, dict[str, str]] = {}
        self.pictures: dict[str, str] | None = None
        self.models: dict[str, bytes] = {}
        self.staging = Staging()
        self._prepare()

    def _prepare(self) -> None:
        """Raise RecordError now for what would spoil the recording at its end."""
        if not self.page.is_file():
            raise RecordError(f"docs/{self.lesson}.md is missing; write the lesson's page first")
        figures = records.figure_path(self.root, self.lesson, "any").parent
        for folder in (self.root / "docs", self.root / "docs" / "records", figures):
            existing = next(path for path in (folder, *folder.parents) if path.exists())
            try:
                tempfile.TemporaryFile(dir=existing).close()
            except OSError as error:
                name, cause = existing.relative_to(self.root).as_posix(), error.strerror
                advice = "make it a folder that you may write to"
                raise RecordError(f"{name}: cannot be written to: {cause}; {advice}") from None
        self._old_record()

    def run_page(self, framework: str) -> None:
        """Run the lesson's page on the CPU, once a seed: its outputs, their bands, its seconds."""
        self.staging.hold_place(records.section_path(self.root, self.lesson), PLACEHOLDER)
        code = digest.page(self.root, self.lesson, framework)
        printed: dict[str, list[str]] = defaultdict(list)
        seconds = 0.0
        for message in self._hear("page", framework, "cpu"):
            if "block" in message:
                printed[message["block"]].append(message["printed"])
                seconds += message["seconds"] if message["seed"] == 0 else 0
            about = message.get("about")
        self.printed[framework] = {key: texts[0] for key, texts in printed.items()}
        outputs = bands.measured(self._blocks(framework), printed)
        self.entries[framework] = _made(about, code, seconds) | {"outputs": outputs}

    def run_experiment(self, framework: str, device: str) -> None:
        """Run the lesson's full experiment, once a seed: a row of the record."""
        code = digest.row(self.root, self.lesson, framework)
        about, seconds, pictures, models = {}, 0.0, {}, {}
        metrics: dict[str, dict[int, object]] = defaultdict(dict)
        for message in self._hear("run", framework, device):
            about = message.get("about", about)
            if "metric" in message:
                metrics[message["metric"]][message["seed"]] = message["value"]
            elif "figure" in message:
                pictures[message["figure"]] = message["svg"]
            elif "model" in message:
                models[message["model"]] = b64decode(message["bytes"])
            else:
                seconds += message.get("seconds", 0)
        row = _made(about, code, seconds) | {"framework": framework, "device": about["device"]}
        row |= {"seeds": list(range(self.seeds)), "metrics": self._summaries(framework, metrics)}
        self.rows.append(row)
        if (framework, about["device"]) == ("pytorch", "cpu"):
            self.pictures, self.models = pictures, models

    def _hear(self, action: str, framework: str, device: str):
        """Yield what one process reports, and show how far it has come."""
        what = "page" if action == "page" else device.upper()
        title = f"{self.lesson}, {READERS[framework]}, {what}"
        messages = measure(action, self.root, self.lesson, framework, device, self.seeds)
        with contextlib.closing(messages), Progress(title, self.seeds) as progress:
            for message in messages:
                progress.hear(message)
                if message:
                    yield message

    def _summaries(self, framework: str, metrics: dict) -> dict:
        where = f"lessons/{self.lesson}/record.py, run(), {READERS[framework]}"
        if not metrics:
            raise RecordError(f"{where}: it yielded no metric; yield (name, number) pairs")
        for name, runs in metrics.items():
            absent = set(range(self.seeds)) - set(runs)
            if absent:
                raise RecordError(f"{where}: seed {min(absent)} did not yield {name}; others did")
        try:
            return {name: summary(list(runs.values()), name) for name, runs in metrics.items()}
        except MetricError as error:
            raise RecordError(f"{where}: {error}") from None

    def _blocks(self, framework: str) -> list:
        from tools.pages import Course  # needs mkdocs, which tests of records do without

        return Course(self.root).blocks(self.page, framework)

    def _old_record(self) -> dict:
        """Return the record as it stands; a new one where there is none or it is unreadable."""
        empty = {
            "schema": records.SCHEMA,
            "lesson": self.lesson,
            "rows": [],
            "page": {},
            "figures": {"run": [], "drawn": []},
            "models": {},
            "table": [],
            "drawing": "",
        }
        try:
            return records.load(self.root, self.lesson) or empty
        except RecordError:
            if self.from_scratch:
                return empty
            raise

    def finish(self) -> list[Path]:
        """Merge, draw and write; return the files written. The old ones stay whole till the end."""
        record = self._old_record()
        old_figures = {name for names in record["figures"].values() for name in names}
        old_models = set(record["models"])
        merge(self.root, record, self.rows, self.entries)
        if self.pictures is not None:
            record["figures"]["run"] = sorted(self.pictures)
            record["models"] = {name: _checksum(file) for name, file in self.models.items()}
        pictures = (self.pictures or {}) | self._draw(record)
        self._stage(record, pictures)
        demo_files.stage(self.root, self.lesson, self.models, self.staging)
        for name in old_figures - {*record["figures"]["run"], *record["figures"]["drawn"]}:
            self.staging.remove(records.figure_path(self.root, self.lesson, name))
        for name in old_models - set(record["models"]):
            self.staging.remove(records.model_path(self.root, name))
        written = list(self.staging.moves)
        self.staging.commit()
        return written

    def _draw(self, record: dict) -> dict[str, str]:
        """Have record.py draw its figures and lay out its table, once both frameworks are there."""
        visible = record | {"rows": records.fresh_rows(self.root, record)}
        have = {row["framework"] for row in visible["rows"] if row["device"] == "cpu"}
        for reader in READERS.keys() - have:
            print(f"{self.lesson}: no new figures and table: no fresh {READERS[reader]} row yet")
            return {}
        record["drawing"] = digest.drawing(self.root, self.lesson)
        pictures, record["table"] = {}, tables.default(visible["rows"])
        for message in measure("draw", self.root, self.lesson, given=json.dumps(visible)):
            if "figure" in message:
                pictures[message["figure"]] = message["svg"]
            record["table"] = message.get("table", record["table"])
        record["figures"]["drawn"] = sorted(pictures)
        tables.check(self.lesson, record["table"], visible["rows"])
        return pictures

    def _stage(self, record: dict, pictures: dict[str, str]) -> None:
        write = self.staging.write
        for name, svg in pictures.items():
            write(records.figure_path(self.root, self.lesson, name), svg)
        for name, file in self.models.items():
            write(records.model_path(self.root, name), file)
        old = self.page.read_text(encoding="utf-8")
        beside = write(self.page, old)
        self._rewrite_outputs(beside)
        new = prose.rewrite(beside.read_text(encoding="utf-8"), record)
        write(self.page, new)
        if new == old:
            self.staging.leave(self.page)
        rows = records.fresh_rows(self.root, record)
        write(records.section_path(self.root, self.lesson), render.sections(record, rows))
        write(records.record_path(self.root, self.lesson), records.dump(record))

    def _rewrite_outputs(self, page: Path) -> None:
        """Write what the page printed with seed 0 into the copy of the page that is to come."""
        from tools.outputs import rewrite_outputs
        from tools.pages import Run

        runs = {
            reader: [
                Run(block, printed[block.key], 0)
                for block in self._blocks(reader)
                if block.key in printed
            ]
            for reader, printed in self.printed.items()
        }
        rewrite_outputs(page, runs)


def _checksum(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _made(about: dict, code: str, seconds: float) -> dict:
    """Return what a row and a page's run say of how they were made; the date is UTC's."""
    about = {name: about[name] for name in ("device_name", "threads", "versions")}
    today = datetime.now(UTC).date().isoformat()
    return about | {"date": today, "digest": code, "seconds": round(seconds, 1)}
