"""Files that a page hands out."""

from django.http import HttpResponse


def attachment(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Answer with a file that the browser must save as ``name``, and may neither guess the type of, nor run, nor keep."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
