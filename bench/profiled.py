"""Runs `idem` in this process under cProfile: `profiled.py FILE [idem's arguments]`."""

from __future__ import annotations

import cProfile
import sys

import idem.scripts


def main() -> None:
    """Runs idem and writes the profile."""
    file = sys.argv[1]
    sys.argv = ["idem", *sys.argv[2:]]
    profile = cProfile.Profile()
    try:
        # It ends with sys.exit.
        profile.runcall(idem.scripts.start)
    finally:
        profile.dump_stats(file)


if __name__ == "__main__":
    main()
