"""The one text of a binder's content, and its fingerprint."""

import hashlib
import json
from typing import Any

Content = dict[str, Any]


def canonical(content: Content) -> str:
    """Return the one text of this content: the same for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """Return the fingerprint of a canonical text: SHA-256, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def counts_of(content: Content) -> dict[str, int]:
    """Return the title of each section → how many rows it has."""
    return {section["title"]: len(section["rows"]) for section in content["sections"]}
