"""Changing a function of the database in a migration, whatever earlier migrations have made of the rest of its text."""


def changed_function(signature: str, *pairs: tuple[str, str]) -> str:
    """Return the statement that puts the second of each pair in place of the first in the function ``signature``.

    Raises, when it runs, where the first does not stand in its text exactly once.
    """
    steps = "".join(
        f"  IF array_length(string_to_array(body, {_quoted(old)}), 1) IS DISTINCT FROM 2 THEN"
        f" RAISE EXCEPTION 'this is not in {signature} once: %', {_quoted(old)}; END IF;\n"
        f"  body := replace(body, {_quoted(old)}, {_quoted(new)});\n"
        for old, new in pairs
    )
    return (
        f"DO $change$ DECLARE body text := pg_get_functiondef('{signature}'::regprocedure); BEGIN\n"
        f"{steps}  SET LOCAL check_function_bodies = off;\n  EXECUTE body;\nEND $change$;\n"
    )


def _quoted(text: str) -> str:
    return f"$part${text}$part$"
