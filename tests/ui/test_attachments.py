"""A file that is handed out is saved, and nothing in it runs or is kept by the browser."""

from placement.ui.attachments import attachment


def test_a_file_is_saved_and_neither_guessed_nor_run_nor_kept() -> None:
    answer = attachment(b"%PDF", content_type="application/pdf", name="binder.pdf")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="binder.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"
