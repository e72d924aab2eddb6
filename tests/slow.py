"""The tests that are too long for each day: training as processes, long histories of edits.

One command: ``python -m tests.slow`` (arguments are passed on to pytest). ``python -m tests.proof``
runs them too, besides kills, fuzzing and bad storage at full count.
"""

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-m", "slow", "--timeout", "3600", "-v", *sys.argv[1:]]))
