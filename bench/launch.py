"""Run as a program by usage.py: runs a command, and writes what it took to a file as JSON.

It is small because what a process holds in memory counts as its child's, until that is another
program. Standard library only.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(file: str, command: list[str]) -> int:
    begin = time.perf_counter()
    process = os.fork()
    if process == 0:
        try:
            os.execvp(command[0], command)
        except OSError as error:
            print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
            os._exit(127)
    _, status, used = os.wait4(process, 0)
    took = {
        "seconds": time.perf_counter() - begin,
        "processor": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024,
    }
    with open(file, "w", encoding="utf-8") as output:  # noqa: PTH123  (pathlib is not small)
        json.dump(took, output)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
