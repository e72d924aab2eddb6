"""Everything that is too slow for each day: kills, fuzzing and training at full count.

One command: ``python -m tests.slow`` (arguments are passed on to pytest).
"""

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-m", "slow", "--timeout", "3600", "-v", *sys.argv[1:]]))
