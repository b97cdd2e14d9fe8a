from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from stratum.logging import configure_logging, get_logger
configure_logging("etl", "info")
log = get_logger("etl.loading")
log.info("loaded", rows=3)
log.debug("unheard")
logging.getLogger("library").warning("slow %s", "disk")
logging.getLogger("library").info("unheard")
"""


def test_every_line_is_one_json_object_ours_and_the_libraries():
    out = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True).stdout

    lines = [json.loads(line) for line in out.splitlines()]
    assert [{k: v for k, v in line.items() if k != "time"} for line in lines] == [
        {
            "event": "loaded",
            "level": "info",
            "logger": "stratum.etl.loading",
            "rows": 3,
            "service": "etl",
        },
        {"event": "slow disk", "level": "warning", "logger": "library", "service": "etl"},
    ]
