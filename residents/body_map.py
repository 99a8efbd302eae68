"""The regions of the body map: the numbers on the drawing, and the words of the list beside it."""

from typing import NamedTuple


class Region(NamedTuple):
    """One region: its number on the drawing, its words, and where its mark stands in the drawing (its own units)."""

    number: int
    words: str
    x: int
    y: int


def _side(front: bool) -> dict[str, tuple[str, int, int]]:
    """Return the regions of one figure; the young person's left is on the right of the front figure."""
    left, right = (118, 42) if front else (42, 118)
    names = (
        ("face", "chest", "belly", "hips and groin")
        if front
        else ("back of the head", "upper back", "lower back", "buttocks")
    )
    head, upper, middle, lower = names
    return {
        "head": (head, 80, 28),
        "neck": ("throat" if front else "neck", 80, 55),
        "upper": (upper, 80, 85),
        "middle": (middle, 80, 125),
        "lower": (lower, 80, 160),
        "left_shoulder": ("left shoulder", left - 8 if front else left + 8, 74),
        "right_shoulder": ("right shoulder", right + 8 if front else right - 8, 74),
        "left_arm": ("left arm", left + 6 if front else left - 6, 120),
        "right_arm": ("right arm", right - 6 if front else right + 6, 120),
        "left_hand": ("left hand", left + 12 if front else left - 12, 172),
        "right_hand": ("right hand", right - 12 if front else right + 12, 172),
        "left_thigh": ("left thigh", 96 if front else 64, 205),
        "right_thigh": ("right thigh", 64 if front else 96, 205),
        "left_leg": ("left knee and lower leg", 94 if front else 66, 265),
        "right_leg": ("right knee and lower leg", 66 if front else 94, 265),
        "left_foot": ("left foot", 96 if front else 64, 318),
        "right_foot": ("right foot", 64 if front else 96, 318),
    }


BACK_BEGINS = 200  # how far the figure from behind stands to the right
REGIONS: dict[str, Region] = {}
for _front in (True, False):
    for _key, (_words, _x, _y) in _side(_front).items():
        _view = "front" if _front else "back"
        REGIONS[f"{_view}_{_key}"] = Region(
            len(REGIONS) + 1, f"{_view}: {_words}", _x + (0 if _front else BACK_BEGINS), _y
        )
