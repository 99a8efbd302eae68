"""The files of a sealed export in one ZIP: to read, to check, and for the custodian to sign. The same bytes each time."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from compliance.binder.files import packed
from compliance.court.content import time_of
from compliance.court.proofs import Proofs, name_of
from compliance.models import CourtExport
from placement.audit import check_proof
from placement.ui.dates import full_day, full_moment
from placement.ui.printing import compiled, printable

HERE = Path(__file__).parent
NOTE = (
    "Each row is one version of one record, as it was written. “text” is what the seal has hashed; it is null where it may not"
    " leave the house, and then “hash” alone shows that such a row was there. The words beside it are read from the same row, and"
    " are covered by the fingerprint and the list of files, not by the seal itself.",
    "What was not open to whoever made this export is not in it, and is counted nowhere.",
)


def files_of(export: CourtExport, content: Any, proofs: Proofs) -> bytes:
    """Return the ZIP of an approved export, all of whose rows are sealed. Nothing is fetched."""
    files = {
        "rows.jsonl": "".join(f"{in_json(line_of(row, proofs))}\n" for row in content["rows"]).encode(),
        "proofs.json": in_json({"seals": proofs.seals, "parts": proofs.parts, "rows": proofs.rows}).encode(),
        "public-key.pem": proofs.public_key.encode(),
        "check.py": Path(check_proof.__file__).read_bytes(),
        "record.pdf": record(export, content),
    }
    manifest = manifest_of(export, content, proofs, files)
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode()
    files["certificate.pdf"] = certificate(export, content, sha256(files["manifest.json"]).hexdigest())
    files["SHA256SUMS"] = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    return packed(sorted(files.items()))


def in_json(said: Any) -> str:
    """Return the one text of ``said`` in JSON, on one line."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line_of(row: dict[str, Any], proofs: Proofs) -> dict[str, Any]:
    """Return a row as it stands in ``rows.jsonl``."""
    name = name_of(row)
    return row | {"text": None if row["withheld"] else proofs.texts[name], "hash": proofs.hashes[name]}


def manifest_of(export: CourtExport, content: Any, proofs: Proofs, files: dict[str, bytes]) -> dict[str, Any]:
    """Return what is in the ZIP, what was withheld and why, and by which seals it is proven."""
    return {
        "about": content["about"],
        "since": content["since"],
        "until": content["until"],
        "zone": content["zone"],
        "for": {"recipient": export.recipient, "handed_to": export.handed_to, "authority": export.authority},
        "asked": {"by": export.asked_by.name, "at": export.asked_at.isoformat()},
        "approved": {"by": _name(export.decided_by), "at": _text(export.decided_at), "why": export.decision},
        "fingerprint": export.sha256,
        "kinds": content["kinds"],
        "rows": len(content["rows"]),
        "withheld": {
            "kinds_not_chosen": {"kinds": content["not_chosen"], "why": content["why_not_chosen"]},
            "kinds_not_open_to_who_made_this": content["not_open"],
            "rows_by_their_hash_alone": [{"why": why, "rows": count} for why, count in content["by_hash_alone"]],
        },
        "notes": list(NOTE),
        "seals": [
            {"number": int(number), "made_at": json.loads(seal["head"])["made_at"]}
            for number, seal in proofs.seals.items()
        ],
        "public_key": proofs.public_key,
        "files": {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()},
    }


def record(export: CourtExport, content: Any) -> bytes:
    """Return the export to read, as a PDF after PDF/UA-1."""
    return compiled((HERE / "record.typ").read_bytes(), printable(printed(export, content)), export.asked_at)


def printed(export: CourtExport, content: Any) -> dict[str, Any]:
    """Return what the template of the record prints."""
    zone = ZoneInfo(content["zone"])
    withheld = [["Rows given by their hash alone", f"{count}: {why}"] for why, count in content["by_hash_alone"]]
    if content["not_chosen"]:
        withheld.insert(0, ["Kinds left out", f"{', '.join(content['not_chosen'])}. Why: {export.why_withheld}"])
    if content["not_open"]:
        withheld.append(["Kinds not open to who made this", ", ".join(content["not_open"])])
    return {
        "title": f"Record of {content['about']}",
        "period": period(content),
        "fingerprint": export.sha256,
        "head": [
            ["About", content["about"]],
            *([["Home", content["home"]]] if content["home"] else []),
            ["Time", f"{period(content)}, both days included ({content['zone']})"],
            ["For", f"{export.recipient}, {export.handed_to}"],
            ["Order or subpoena", export.authority],
            ["Asked for", f"{full_moment(export.asked_at, zone)}, {export.asked_by.name}"],
            ["Approved", f"{full_moment(export.decided_at, zone)}, {_name(export.decided_by)}: {export.decision}"]
            if export.decided_at
            else ["Approved", "not yet"],
            ["Fingerprint of the content (SHA-256)", export.sha256],
        ],
        "notes": list(NOTE),
        "withheld": withheld,
        "kinds": [
            {"title": kind, "rows": [_printed(row, zone) for row in content["rows"] if row["kind"] == kind]}
            for kind in content["kinds"]
        ],
    }


def _printed(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    beside = [text for text in (row["about"], f"Reason: {row['reason']}" if row["reason"] else "") if text]
    return {
        "head": f"{full_moment(time_of(row), zone)}: {row['who']}, {row['did']}",
        "beside": ". ".join(beside),
        "values": row["values"],
        "name": f"{row['table']} {row['key']}",
        "withheld": row["withheld"],
    }


def certificate(export: CourtExport, content: Any, manifest: str) -> bytes:
    """Return the text that the custodian of the records signs by hand, as a PDF after PDF/UA-1."""
    data = {
        "about": content["about"],
        "period": period(content),
        "recipient": export.recipient,
        "authority": export.authority,
        "rows": str(len(content["rows"])),
        "kinds": ", ".join(content["kinds"]),
        "fingerprint": export.sha256,
        "manifest": manifest,
        "agency": str(settings.SUBSTITUTE_ADDRESS),
        "california": content["jurisdiction"] in ("", "CA"),
        "only_there": not content["jurisdiction"],
    }
    return compiled((HERE / "certificate.typ").read_bytes(), printable(data), export.asked_at)


def period(content: Any) -> str:
    """Return the days in words."""
    return f"{full_day(date.fromisoformat(content['since']))} to {full_day(date.fromisoformat(content['until']))}"


def _name(person: Any) -> str:
    return person.name if person else ""


def _text(moment: Any) -> str:
    return moment.isoformat() if moment else ""
