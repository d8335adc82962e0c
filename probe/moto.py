"""Runs the probe against moto and records the answers for the documentation.

To record them again: `python -m probe.moto`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pathlib
import tempfile
from typing import Any

import moto
from moto.server import ThreadedMotoServer

from probe import evidence
from probe.__main__ import ASKED, main

RECORDED = pathlib.Path(__file__).parents[1] / "docs" / "_recorded" / "moto.json"
# The account in which moto puts every caller.
ACCOUNT = "123456789012"


def observed() -> dict[str, Any]:
    """Return moto's version, and its answer to each question; null where it gives none."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "report.json"
            main(
                [f"--endpoint=http://{host}:{port}", f"--account={ACCOUNT}", "--region=us-east-1",
                 "--label=moto", "--no-pace", "--without-life", f"--output={path}"],
                asyncio.run,
            )  # fmt: skip
            found = evidence.read(path)
    finally:
        server.stop()
    answers = {
        name: found[name].answer if "moto" in (found[name].source or "") else None for name in ASKED
    }
    return {"version": moto.__version__, "answers": answers}


if __name__ == "__main__":
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    RECORDED.write_text(json.dumps(observed(), indent=1) + "\n")
