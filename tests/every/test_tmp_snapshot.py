from tests.every import test_rows


class W:
    def read_text(self): return self
    def __eq__(self, other):
        test_rows_path.write_text(other); return True
    __hash__ = None


from pathlib import Path
test_rows_path = Path(__file__).with_name("row_policies.txt")


def test_it(db, monkeypatch):
    monkeypatch.setattr(test_rows, "SNAPSHOT", W())
    test_rows.test_the_policies_are_those_of_the_snapshot(db)
