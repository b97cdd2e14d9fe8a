"""Passwords to bcrypt hashes, and their text in a file; knows nothing of who uses them. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

COST = 10  # what a wrong password costs the one that asks: about 50 ms
LONGEST = 72


class PasswordError(ValueError):
    """A password that cannot be hashed, or nothing to hash it with; the message says the cure."""


# The digits of bcrypt's own base64, in the order of the usual ones.
_DIGITS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)


def hashed(password: str, known: str = "", seed: str = "") -> str:
    """The bcrypt hash of a password: `known` where it is one, else a new one.

    With a `seed` it is always the same, for who has no place to keep it; the seed must be another
    one for each account, and may be known to everyone.
    """
    try:
        import bcrypt
    except ImportError as missing:
        raise PasswordError(
            "the controller has no bcrypt: pip install -r requirements/controller.txt"
        ) from missing
    secret = password.encode()
    if not 0 < len(secret) <= LONGEST:
        raise PasswordError(
            f"the password has {len(secret)} bytes, and bcrypt takes 1 to {LONGEST}: give another"
        )
    try:
        if bcrypt.checkpw(secret, known.encode()):
            return known
    except ValueError:
        pass  # what is known is no hash at all
    return bcrypt.hashpw(secret, _salt(seed) if seed else bcrypt.gensalt(COST)).decode()


def all_hashed(passwords: Mapping[str, str], kept: str) -> dict[str, str]:
    """The hash of each user's password; one that `kept` has and that still holds stays."""
    known = read(kept)
    return {user: hashed(word, known.get(user, "")) for user, word in passwords.items()}


def read(text: str) -> dict[str, str]:
    """The hashes by user, of lines that `write` wrote."""
    found = (line.split() for line in text.splitlines())
    return {words[0]: words[1] for words in found if len(words) == 2}


def write(hashes: Mapping[str, str]) -> str:
    """A line a user."""
    return "".join(f"{user} {found}\n" for user, found in sorted(hashes.items()))


def _salt(seed: str) -> bytes:
    sixteen = hashlib.sha256(seed.encode()).digest()[:16]
    return b"$2b$%02d$" % COST + base64.b64encode(sixteen)[:22].translate(_DIGITS)
