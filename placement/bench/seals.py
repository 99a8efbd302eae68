"""Measuring seals: one over many rows, checking it, a plain scan of them, and eight writers without and with a seal beside."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone
from tqdm import tqdm

from placement.audit.seals.rows import columns_of, text_of
from placement.audit.seals.sealing import one_snapshot, seal
from placement.audit.seals.verifying import verify
from placement.bench import data
from placement.bench.data import Scale
from placement.bench.measure import Measure, Taken, report
from placement.bench.measures import Bench
from placement.database import roles
from placement.database.context import acting
from residents.models import CareEntry

HISTORY = "residents_historicalcareentry"
CLIENTS, SECONDS, TURNS = 8, 5.0, 3


def run(rows: int) -> list[dict[str, Any]]:
    """Load ``rows`` care entries with their history, and measure, in the database that is in use. Return the contract's lines.

    The lines of writers say how long one entry takes each of them: alone, and while a seal is made.
    """
    scale = Scale(max(200, rows // 100), rows, 200)
    taken = {name: Taken() for name in ("scan", "seal", "verify", "writers", "writers-and-seals")}
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(SEALS_DIR=Path(folder) / "seals", DATA_DIR=Path(folder)),
        roles.owner_connection() as owner,
        tqdm(desc=f"{rows:,} rows", unit=" steps", disable=None, mininterval=0.5) as bar,
    ):
        with owner.cursor() as cursor:
            data.load(cursor, scale, 0, scale.residents, timezone.now())
        bar.update()
        bench = Bench(scale, owner)
        with one_snapshot(owner) as cursor:
            text = text_of(HISTORY, columns_of(cursor, [HISTORY])[HISTORY])
            for _ in range(TURNS):
                taken["scan"].times.append(
                    timed(lambda: cursor.execute(f"SELECT max(length({text})) FROM {HISTORY} t"))
                )
        for name, work in (("seal", seal), ("verify", verify)):
            taken[name].times.append(timed(work))
            bar.update()
        for _ in range(TURNS):
            taken["writers"].times.append(written(bench))
            taken["writers-and-seals"].times.append(written(bench, seal))
            bar.update()
    bases = {"seal": "scan", "verify": "scan", "writers-and-seals": "writers"}
    return report([Measure(name, lambda: None, base=bases.get(name, "")) for name in taken], {rows: taken})


def timed(work: Callable[[], Any]) -> float:
    """Do ``work``; return how long it took, in milliseconds."""
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def written(bench: Bench, beside: Callable[[], Any] | None = None) -> float:
    """Let clients write care entries, each in a transaction of its own, while ``beside`` is done once.

    Returns how long one entry took a client, in milliseconds.
    """
    ends = perf_counter() + SECONDS

    def client(_: int) -> int:
        count = 0
        while perf_counter() < ends:
            with acting(bench.staff.pk, bench.staff.name):
                bench.entries(CareEntry, 1)[0].save(force_insert=True)
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        counts = pool.map(client, range(CLIENTS))
        if beside:
            beside()
        return SECONDS * 1000 * CLIENTS / sum(counts)
