"""Merkle trees over SHA-256, as in RFC 6962, section 2.1: a leaf is hashed after a zero byte, a node after a one."""

from collections.abc import Sequence
from hashlib import sha256

SIZE = 32  # bytes of a hash
BLOCK = 1024  # a power of two: a block is a whole part of the tree


def root_of(leaves: bytes) -> bytes:
    """Return the root over hashed ``leaves``, 32 bytes each, one after the other; the hash of nothing for none."""
    return _top(_split(leaves))


class Growing:
    """A tree whose leaves come one by one. Whole blocks are hashed as they fill up, while the next leaves are on their way."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._leaves: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf, 32 bytes."""
        self._leaves.append(leaf)
        if len(self._leaves) == BLOCK:
            self._blocks.append(_top(self._leaves))
            self._leaves = []

    @property
    def root(self) -> bytes:
        """The same as ``root_of`` over all that came."""
        return _top([*self._blocks, *([_top(self._leaves)] if self._leaves else [])])


def path_of(leaves: bytes, place: int) -> list[tuple[str, bytes]]:
    """Return what leads from the leaf at ``place`` (from 0) to the root: each neighbour, and on which side it stands."""
    return paths_of(leaves, [place])[0]


def paths_of(leaves: bytes, places: Sequence[int]) -> list[list[tuple[str, bytes]]]:
    """Return the path of each of ``places``, as ``path_of`` does; the tree is made once."""
    levels = [_split(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    paths = []
    for place in places:
        path = []
        for height, level in enumerate(levels[:-1]):
            beside = place >> height ^ 1
            if beside < len(level):
                path.append(("left" if beside < place >> height else "right", level[beside]))
        paths.append(path)
    return paths


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + SIZE] for at in range(0, len(leaves), SIZE)]


def _top(level: list[bytes]) -> bytes:
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else sha256(b"").digest()


def _above(level: list[bytes]) -> list[bytes]:
    """Return the nodes over ``level``; one without a neighbour goes up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs] + level[len(level) & ~1 :]
