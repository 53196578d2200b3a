"""Run the code of a page: statement by statement, under its own file name and line."""

import ast
import contextlib
import doctest
import io
import itertools
import linecache
import os
import sys
import tempfile
import traceback
import types
from pathlib import Path

from tools.fences import is_session
from tools.isolation import without_lessons
from tools.outputs import Output, compare
from tools.snippets import Origin

COUNTER = itertools.count(1)


class BlockFailure(Exception):
    """The code of a block failed; the message names the file and line that did."""


class SeedShift(ast.NodeTransformer):
    """Replaces the integer n in every `set_seed(n)` by n + seed."""

    def __init__(self, seed: int):
        self.seed = seed

    def visit_Call(self, node):
        self.generic_visit(node)
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "set_seed":
            named = [keyword.value for keyword in node.keywords if keyword.arg == "seed"]
            for argument in node.args[:1] + named:
                if type(getattr(argument, "value", None)) is int:
                    argument.value += self.seed
        return node


class Interpreter:
    """A fresh namespace, as a notebook has: a real module, so that pickle finds its classes.

    It works in an empty folder of its own, so that a page can neither read the repository by a
    relative path nor leave a file in it. `close` forgets the namespace and the folder.
    """

    def __init__(self, root: Path, name: str, seed: int = 0):
        self.root, self.seed = root, seed
        self.module = types.ModuleType(f"page_{name}_{next(COUNTER)}")
        self.folder = tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True)
        sys.modules[self.module.__name__] = self.module

    def close(self) -> None:
        sys.modules.pop(self.module.__name__, None)
        vars(self.module).clear()
        self.folder.cleanup()

    def run(self, source: str, origins: list[Origin]) -> str:
        """Run a block and return what it printed; BlockFailure if it raises.

        origins names file and line of each line of the source.
        """
        printed = io.StringIO()
        try:
            with self.surroundings(printed):
                run = self.run_session if is_session(source) else self.run_statements
                run(source, origins)
        except BlockFailure:
            raise
        except (Exception, SystemExit) as error:
            sys.stdout.write(printed.getvalue())
            raise BlockFailure(self.report(error, origins)) from None
        return printed.getvalue()

    @contextlib.contextmanager
    def surroundings(self, printed):
        data = os.environ.get("LESSONS_DATA")
        if data:  # may be relative to the folder that the tests were started in
            os.environ["LESSONS_DATA"] = os.path.abspath(data)
        with (
            without_lessons(),
            contextlib.chdir(self.folder.name),
            contextlib.redirect_stdout(printed),
        ):
            yield

    def run_statements(self, source, origins):
        for statement in ast.parse(source).body:
            self.execute(ast.Module([statement], []), "exec", origins)

    def run_session(self, source, origins):
        """Run `>>>` examples and compare what each one prints."""
        for example in doctest.DocTestParser().get_examples(source):
            printed, place = io.StringIO(), origins[example.lineno]
            tree = ast.parse(example.source, mode="single")
            hook, sys.displayhook = sys.displayhook, sys.__displayhook__
            try:
                with contextlib.redirect_stdout(printed):
                    self.execute(tree, "single", origins[example.lineno :])
            except Exception as error:
                printed = "".join(traceback.format_exception_only(error))
                if example.exc_msg is None:
                    raise
            else:
                printed = printed.getvalue()
            finally:
                sys.displayhook = hook
            want = example.want if example.exc_msg is None else example.exc_msg
            want = want.replace("<BLANKLINE>", "")
            complaint = compare(Output("exact", None, want, 0, 0, ""), printed)
            if complaint:
                raise BlockFailure(f"{self.name(place.path)}:{place.line}: {complaint}")
            print(printed, end="")

    def execute(self, tree, mode, origins):
        """Compile one statement with the lines of its own file, and run it."""
        path = origins[tree.body[0].lineno - 1].path
        if self.seed:
            tree = SeedShift(self.seed).visit(tree)
        for node in ast.walk(tree):
            for attribute in ("lineno", "end_lineno"):
                if hasattr(node, attribute):
                    setattr(node, attribute, origins[getattr(node, attribute) - 1].line)
        exec(compile(tree, str(path), mode, dont_inherit=True), vars(self.module))

    def report(self, error: BaseException, origins: list[Origin]) -> str:
        """The error and the lines that led to it, without those of the machinery around."""
        if isinstance(error, SyntaxError) and error.filename == "<unknown>":
            place = origins[min(error.lineno or 1, len(origins)) - 1]
            return (
                f"{self.name(place.path)}:{place.line}: {type(error).__name__}: {error.msg}\n"
                f"    {(error.text or '').strip()}"
            )
        frames = traceback.extract_tb(error.__traceback__)
        ours = (str(Path(__file__).parent), "<")  # this machinery, and that of imports
        frames = [frame for frame in frames if not frame.filename.startswith(ours)]
        # Of the frames of packages, only the last one helps: it is where the error was raised.
        shown = [f for f in frames if self.is_ours(f.filename) or f is frames[-1]]
        lines = [
            f"{self.name(frame.filename)}:{frame.lineno}: in {frame.name}\n    "
            f"{linecache.getline(frame.filename, frame.lineno).strip()}"
            for frame in shown
        ]
        return "\n".join(lines + ["".join(traceback.format_exception_only(error)).rstrip()])

    def is_ours(self, filename: str) -> bool:
        path = Path(filename)
        return path.is_relative_to(self.root) and "site-packages" not in path.parts

    def name(self, filename) -> str:
        path = Path(filename)
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
