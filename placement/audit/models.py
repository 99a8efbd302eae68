"""The app's model: the abstract base of every tracked record. Django tells only apps with models that it has migrated."""

from placement.audit.history import Tracked

__all__ = ["Tracked"]
