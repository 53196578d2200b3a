"""A course of one tiny lesson, planted in a folder, with stand-ins for both frameworks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FILES = {
    "mkdocs.yml": """\
        site_name: Tiny
        exclude_docs: "records/*.md"
        markdown_extensions:
          - admonition
          - pymdownx.snippets: {base_path: [!relative $config_dir], check_paths: true}
          - pymdownx.superfences
          - pymdownx.tabbed: {alternate_style: true}
        """,
    "frameworks/torch/__init__.py": """\
        __version__ = "2.13.0+cpu"
        import os
        def get_num_threads(): return 2
        class Accelerator:
            type = "cuda"
        def current_accelerator(check_available):
            hidden = os.environ.get("CUDA_VISIBLE_DEVICES") == "-1"
            return Accelerator() if "TINY_GPU" in os.environ and not hidden else None
        class accelerator:
            current_accelerator = staticmethod(current_accelerator)
        class cuda:
            get_device_name = staticmethod(lambda: os.environ["TINY_GPU"])
        """,
    "frameworks/tensorflow/__init__.py": """\
        __version__ = "2.21.0"
        class config:
            list_physical_devices = staticmethod(lambda kind: [])
            class threading:
                get_intra_op_parallelism_threads = staticmethod(lambda: 0)
        """,
    "lessons/__init__.py": "",
    "lessons/data.py": '''\
        """Data that lessons share."""
        STEP = 0.5

        def step():
            """Return a step."""
            return STEP

        def unused():
            return 1
        ''',
    "lessons/tiny/__init__.py": "",
    "lessons/tiny/torch.py": "# --8<-- [start:model]\nSLOPE = 2.0\n# --8<-- [end:model]\n",
    "lessons/tiny/tensorflow.py": "# --8<-- [start:model]\nSLOPE = 2.0\n# --8<-- [end:model]\n",
    "lessons/tiny/record.py": '''\
        """The experiment behind the tiny lesson's record."""
        from lessons.data import step, unused

        def run(framework, seed, device):
            """Yield what one seed gives."""
            yield "accuracy", 0.9 + 0.01 * seed * step()
            yield "curve", [1.0 * seed, 2.0]
            yield "tiny_model", bytes([seed, 255])

        def figures(record):
            from matplotlib.figure import Figure
            unused()
            picture = Figure(figsize=(1, 1))
            picture.add_subplot().plot(record["rows"][0]["metrics"]["curve"]["mean"])
            yield "curve", picture

        def table(record):
            return [("Accuracy", "accuracy", "{:.1%}"), ("Curve's end", "curve[1]", "{:.1f} s")]
        ''',
    "tools/live_tiny_model.py": """\
        def files(root):
            weights = (root / "docs/live/models/tiny_model.safetensors").read_bytes()
            accuracy = (root / "docs/records/tiny.json").read_text().count("accuracy")
            return {
                root / "docs/live/tiny_model.svg": f"<svg><desc>{weights.hex()}</desc></svg>",
                root / "tests/live/tiny_model.json": f"[{accuracy}]",
            }
        """,
    "snippets/tiny_torch.py": """\
        from lessons.tiny.torch import SLOPE

        # --8<-- [start:show]
        def set_seed(seed):
            global offset
            offset = seed / 10

        set_seed(0)
        print(f"loss {SLOPE + offset:.2f} in 3 steps")
        # --8<-- [end:show]
        """,
    "snippets/tiny_tensorflow.py": """\
        from lessons.tiny.tensorflow import SLOPE

        # --8<-- [start:show]
        def set_seed(seed):
            global offset
            offset = seed / 10

        set_seed(0)
        print(f"loss {SLOPE + offset:.2f} in 3 steps")
        # --8<-- [end:show]
        """,
    "snippets/tiny_solutions_torch.py": "print('a solution')\n",
    "docs/tiny.md": """\
        # Tiny

        --8<-- "docs/records/tiny.md:ran"

        === "PyTorch"

            ```python
            --8<-- "lessons/tiny/torch.py:model"
            ```

            ```python
            --8<-- "snippets/tiny_torch.py:show"
            ```

            ```text title="Output (measured)"
            loss 9.99 in 3 steps
            ```

        === "TensorFlow"

            ```python
            --8<-- "lessons/tiny/tensorflow.py:model"
            ```

            ```python
            --8<-- "snippets/tiny_tensorflow.py:show"
            ```

            ```text title="Output (measured)"
            loss 9.99 in 3 steps
            ```

        It reached <data value="pytorch accuracy" class="percent">12.3</data> %,
        and at best <data value="tensorflow accuracy high">0.1234</data>.

        --8<-- "docs/records/tiny.md:results"
        """,
}


def plant(root: Path) -> Path:
    """Write the tiny course below a folder."""
    for name, text in FILES.items():
        lines = text.split("\n")
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line[margin:] for line in lines).rstrip(" "), encoding="utf-8")
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands in a file of the course."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} does not stand in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def start(
    root: Path, *arguments: str, tool: str = "record", **environment: str
) -> subprocess.Popen:
    """Start one of the tools on the planted course, its stand-ins found before the frameworks."""
    path = os.pathsep.join([str(root / "frameworks"), str(ROOT)])
    return subprocess.Popen(
        [sys.executable, "-m", f"tools.{tool}", "--root", str(root), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path} | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def call(
    root: Path, *arguments: str, tool: str = "record", **environment: str
) -> tuple[int, str, str]:
    """Run one of the tools on the planted course; return its status, output and errors."""
    process = start(root, *arguments, tool=tool, **environment)
    output, errors = process.communicate(timeout=180)
    return process.returncode, output, errors
