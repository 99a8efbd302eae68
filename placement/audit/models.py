"""The abstract base of every tracked record, the seals over history and access log, and what is left of what was erased."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from placement.audit.history import Tracked

__all__ = ["ErasedRow", "Seal", "SealedRows", "Tracked"]


class Seal(models.Model):
    """A cryptographic checkpoint over history and access log. Written by the owner alone; never changed, by nobody.

    head: the text that is signed, in JSON (``placement.audit.seals.sealing``), which says nothing of how much was written where.
    digest: its SHA-256 in hex, which the head of the next seal repeats. signature: Ed25519, in hex, by a key that is not in the
    database. parts: what each part of ``SealedRows`` holds, a list in JSON of texts in JSON; the head has the root over them.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    head = models.TextField()
    parts = models.TextField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"seal {self.number}"


class SealedRows(models.Model):
    """Rows of one table under a seal: their keys in rising order, and the hash of each, 32 bytes, in the same order."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()  # among the parts of the seal
    table = models.CharField(max_length=63)
    first = models.BigIntegerField(null=True)  # of the keys
    last = models.BigIntegerField(null=True)
    keys = ArrayField(models.BigIntegerField())
    hashes = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["seal", "place"], name="a_part_of_a_seal_once")]
        indexes = [
            models.Index(fields=["table", "seal", "place"], name="audit_sealed_rows_of_a_table"),
            models.Index(fields=["table", "last"], name="audit_sealed_rows_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.table} under seal {self.seal_id}"


class ErasedRow(models.Model):
    """The stub of a row of history that was erased after its time: which it was, and the hash that its seal holds.

    Written by the owner alone, in the transaction in which the row goes (``xid``, ``begun_at``); never changed. Sealed itself.
    disposal: the record that says who has proposed and approved it, and by which rule.
    """

    disposal = models.UUIDField()
    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    hash = models.BinaryField()
    at = models.DateTimeField(editable=False)
    xid = models.BigIntegerField(editable=False, db_index=True)
    begun_at = models.DateTimeField(editable=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="a_row_is_erased_once")]

    def __str__(self) -> str:
        return f"stub of {self.table} {self.key}"
