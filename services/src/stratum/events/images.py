"""What an image's tag tells: the release, and the commit it was built from."""

from __future__ import annotations

import re
from collections.abc import Sequence

# `1.4.2-3f9a2bc`, `main_3f9a2bc`, `sha-3f9a2bc`, or the bare hash.
COMMIT_AT_END = re.compile(r"(?:^|[-_.])(?P<prefix>sha-|g)?(?P<sha>[0-9a-f]{7,40})$")


def choose_image(images: Sequence[str], service: str) -> str:
    """The image named like the service, else the first whose tag holds a commit, else the first."""
    for image in images:
        if _name_and_tag(image)[0].rpartition("/")[2] == service:
            return image
    return next((image for image in images if commit_of(image)), images[0] if images else "")


def tag_of(image: str) -> str:
    """The tag of an image reference, empty where there is none."""
    return _name_and_tag(image)[1]


def commit_of(image: str) -> str:
    """The commit that the image's tag ends with; a plain number such as a date is none."""
    match = COMMIT_AT_END.search(tag_of(image))
    if match is None:
        return ""
    sha = match["sha"]
    plain_number = sha.isdecimal() and len(sha) < 40 and match["prefix"] is None
    return "" if plain_number else sha


def _name_and_tag(image: str) -> tuple[str, str]:
    name, colon, tag = image.partition("@")[0].rpartition(":")
    # A colon before the last slash is a registry's port.
    return (name, tag) if colon and "/" not in tag else (image.partition("@")[0], "")
