"""Start tools.measure in a process of its own, and hear what it measures."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tools.readers import READERS
from tools.records import RecordError

TICK = 0.5  # seconds between two updates of the progress bar
PATIENCE = 3  # seconds that a process has to end once it is told to
TAIL = 12  # lines of a dead process that its error shows


def measure(
    action: str, root: Path, lesson: str, framework: str = "", *arguments: object, given: str = ""
) -> Iterator[dict]:
    """Yield the messages of one tools.measure process, and {} when a tick brings none.

    Closing the generator stops the process and its children. RecordError if it fails or dies.
    """
    place = f"{lesson}, {READERS[framework]}" if framework else lesson
    command = [action, root, lesson, *filter(None, [framework]), *arguments]
    with tempfile.TemporaryFile() as log, tempfile.TemporaryFile() as standard_input:
        standard_input.write(given.encode())
        standard_input.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.measure", *map(str, command)],
            cwd=root,
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env=_environment(root, "cpu" in arguments),
        )
        try:
            last = {}
            for message in _messages(process):
                last = message or last
                if "error" in message:
                    raise RecordError(_explain(place, message))
                yield message
            if process.wait():
                raise RecordError(_obituary(place, process.returncode, last, log))
        finally:
            _stop(process)


def _environment(root: Path, only_cpu: bool) -> dict[str, str]:
    """Return the environment of a child: the course first on its path, GPUs hidden if unwanted."""
    path = os.pathsep.join([str(root), *filter(None, sys.path), os.getcwd()])
    environment = os.environ | {"PYTHONPATH": path, "MPLBACKEND": "Agg"}
    environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return environment | ({"CUDA_VISIBLE_DEVICES": "-1"} if only_cpu else {})


def _messages(process: subprocess.Popen) -> Iterator[dict]:
    """Yield messages as they arrive, and {} for every tick without one."""
    arrived: queue.Queue = queue.Queue()

    def listen():
        with process.stdout:
            for line in process.stdout:
                arrived.put(line)
        arrived.put(b"")

    threading.Thread(target=listen, daemon=True).start()
    while True:
        ended = process.poll() is not None
        try:
            line = arrived.get(timeout=TICK)
        except queue.Empty:
            if ended:  # a grandchild may hold the pipe open for longer
                return
            yield {}
            continue
        if not line:
            return
        yield json.loads(line)


def _explain(place: str, message: dict) -> str:
    trace = "\n" + message["trace"].rstrip() if message.get("trace") else ""
    return f"{place}: {message['error']}{trace}"


def _obituary(place: str, status: int, last: dict, log) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").splitlines()[-TAIL:]
    where = f" in seed {last['seed']}" if "seed" in last else ""
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
    return "\n    ".join([f"{place}: the process died{where} ({how}); its last lines:", *lines])


def _stop(process: subprocess.Popen) -> None:
    """Stop a process and all that it started; wait until it is gone."""
    for name in ("SIGTERM", "SIGKILL"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, getattr(signal, name))
            else:
                process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
