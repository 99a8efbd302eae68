"""Log lines and error reports that carry ids only: no posted text, no database detail, no local variables."""

import logging
import re
from collections.abc import ItemsView
from typing import Any

from django.db import Error as DatabaseFailure
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

FEED = re.compile(r"(calendar/+feeds/+)\S+", re.IGNORECASE)  # also in an address that is not quite right


class NoRecordText(logging.Filter):
    """Replace a database error's text, which quotes the row, by its kind and the constraint's name."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` where it carries an exception, or the secret address of a calendar feed; keep it always."""
        if isinstance(record.args, tuple):
            record.args = tuple(FEED.sub(r"\1…", each) if isinstance(each, str) else each for each in record.args)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = self.trace_without_values(record.exc_info)
            record.exc_info = None
        return True

    def trace_without_values(self, info: Any) -> str:
        """Return file, line and function of each frame and the error's class; the message only if it is ours."""
        import traceback

        kind, error, trace = info
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        constraint = ""
        if isinstance(error, DatabaseFailure):
            diagnostics = getattr(error.__cause__, "diag", None)
            constraint = getattr(diagnostics, "constraint_name", None) or ""
        return "\n".join([*lines, f"{kind.__name__} {constraint}".rstrip()])


class NoValues(SafeExceptionReporterFilter):
    """An error report without posted values, cookies or local variables."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Return True: the filter is never off."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the names of the posted fields with their values hidden."""
        return dict.fromkeys(getattr(request, "POST", {}), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        """Return the names of local variables with their values hidden."""
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
