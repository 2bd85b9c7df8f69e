"""Habits without a visible cause, dealt out so that the same thing always has the same habit."""

from hashlib import blake2b


def chance(*what: object) -> float:
    """A number in [0, 1) that belongs to these things."""
    digest = blake2b("|".join(map(str, what)).encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32
