#!/usr/bin/env python3
"""`wget` and `unzip` as far as roles call them, in an image that has neither."""

from __future__ import annotations

import argparse
import os
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path


def wget(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="wget")
    parser.add_argument("-q", action="store_true")
    parser.add_argument("-O", dest="file", type=Path, required=True)
    parser.add_argument("url")
    asked = parser.parse_args(arguments)
    with urllib.request.urlopen(asked.url, timeout=60) as answer:
        asked.file.write_bytes(answer.read())


def unzip(arguments: Sequence[str]) -> None:
    """With the rights that the archive gives its files: some are programs."""
    parser = argparse.ArgumentParser(prog="unzip")
    parser.add_argument("-q", action="store_true")
    parser.add_argument("-o", action="store_true")
    parser.add_argument("archive", type=Path)
    parser.add_argument("-d", dest="folder", type=Path, required=True)
    asked = parser.parse_args(arguments)
    with zipfile.ZipFile(asked.archive) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, asked.folder))
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)


TOOLS: dict[str, Callable[[Sequence[str]], None]] = {"wget": wget, "unzip": unzip}


def main() -> int:
    name = Path(sys.argv[0]).name
    try:
        TOOLS[name](sys.argv[1:])
    except (OSError, zipfile.BadZipFile) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
