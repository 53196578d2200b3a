"""Check this Python and create the course's virtual environment: python tools/setup.py .venv

Whatever Python the reader has runs this file first, so Python 2.7 must be able to parse it.
"""

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)  # TensorFlow 2.21 and PyTorch 2.13 have no wheels for others


def complaint(version):
    """Return one line that says what is wrong with this Python and what to do, or None."""
    here = "%d.%d" % tuple(version[:2])
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        return (
            "This is Python %s; the course needs 3.11, 3.12 or 3.13. "
            "Install one of them and name it: make PYTHON=python3.12 ..." % here
        )
    try:
        __import__("venv")
        __import__("ensurepip")
    except ImportError:
        return (
            "Python %s was installed without venv or ensurepip. "
            "On Debian and Ubuntu: sudo apt install python%s-venv" % (here, here)
        )


def usable(folder):
    """Say whether the folder is a virtual environment of a fit Python, with pip."""
    python = os.path.join(folder, "bin", "python")
    test = "import pip, sys; sys.exit(not %s <= sys.version_info[:2] <= %s)" % (OLDEST, NEWEST)
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([python, "-c", test], stderr=nowhere) == 0
        except OSError:
            return False


def main(folder):
    wrong = complaint(sys.version_info)
    if wrong:
        sys.exit(wrong)
    if not usable(folder):
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", folder])


if __name__ == "__main__":
    main(sys.argv[1])
