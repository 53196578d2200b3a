"""A process whose number of threads is set before its framework starts."""

import sys

from lessons.revolution.record import with_threads

with_threads(sys.argv[1], int(sys.argv[2]))
