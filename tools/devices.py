"""What a framework runs on here: the device, its name, the threads and the versions."""

import importlib
import importlib.metadata
import os
import platform
import re
from pathlib import Path

from tools.readers import PACKAGES
from tools.values import MetricError


def describe(framework: str, device: str) -> dict:
    """Return the device that a framework uses, and versions; device is cpu, gpu or auto."""
    package = PACKAGES[framework]
    gpu, threads = (_pytorch if framework == "pytorch" else _tensorflow)()
    version = importlib.import_module(package).__version__.partition("+")[0]
    if device == "gpu" and gpu is None:
        raise MetricError("it sees no GPU here; leave out --device gpu, or give --device cpu")
    use = "gpu" if gpu and device != "cpu" else "cpu"
    versions = {"python": platform.python_version(), package: version}
    for other in ("numpy", *(["keras"] if framework == "tensorflow" else [])):
        versions[other] = importlib.metadata.version(other)
    return {
        "device": use,
        "device_name": gpu if use == "gpu" else cpu_name(),
        "threads": threads,
        "versions": versions,
    }


def _pytorch() -> tuple[str | None, int]:
    import torch

    accelerator = torch.accelerator.current_accelerator(check_available=True)
    gpu = accelerator and f"{accelerator.type} on {cpu_name()}"
    if accelerator and accelerator.type == "cuda":
        gpu = torch.cuda.get_device_name()
    return gpu, torch.get_num_threads()


def _tensorflow() -> tuple[str | None, int]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
    gpu = details.get("device_name", "GPU") if gpus else None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return gpu, tf.config.threading.get_intra_op_parallelism_threads() or cores


def cpu_name() -> str:
    """Return the processor's model, or what the platform knows of it."""
    try:
        model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        model = None
    return model[1].strip() if model else platform.processor() or platform.machine()
