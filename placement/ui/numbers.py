"""Whole numbers that come in addresses."""


def whole_number(text: str | None, *, least: int, most: int, default: int) -> int:
    """Return the number that ``text`` writes in digits, or ``default`` for anything else, also outside the limits."""
    if not text or not text.isdecimal() or len(text) > len(str(most)):
        return default
    number = int(text)
    return number if least <= number <= most else default
