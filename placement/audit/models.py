"""The abstract base of every tracked record, and the seals over history and access log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from placement.audit.history import Tracked

__all__ = ["Seal", "SealedRows", "Tracked"]


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
