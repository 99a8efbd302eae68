"""The sections about the law: rules and how they stand, findings with what became of them, corrective action, obligations, proofs.

Each returns its rows as text, in an order that depends on the records alone. What an account may not read, its rows lack.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from compliance.binder.scope import ON_FILE, Column, Scope, day, on_file, short
from compliance.codes import facts_of, hides_since, hides_times_of
from compliance.models import CorrectiveAction, CorrectiveStep, Finding, Obligation, Proof, RuleVersion
from compliance.queries.board import NEVER, area_words
from compliance.queries.opened_to import counted, moment, sentence
from compliance.queries.waivers import waived
from placement.audit.operation import ACTS
from placement.ui.dates import full_day
from residents.in_texts import A_YOUNG_PERSON

Rows = list[list[str]]
HIDDEN = "Times are not given: they would tell a date of birth, or whose health this is about."
SEVERITIES = {
    "critical": "critical",
    "serious": "serious",
    "minor": "minor",
    "watch": "duty of others",
    "advice": "advice",
}
RULES = (
    Column("Citation", width=3),
    Column("Rule", width=4),
    Column("Rule id and version", width=3),
    Column("Area"),
    Column("Weight", width=1),
    Column("How it stands"),
    Column("Since", "moment"),
    Column("On what evidence", width=3),
)
NOT_JUDGED = (Column("Citation", width=3), Column("Rule", width=4), Column("Rule id", width=3), Column("Why", width=4))
FINDINGS = (
    Column("Finding", width=1),
    Column("Rule", width=4),
    Column("Citation", width=3),
    Column("About"),
    Column("Weight", width=1),
    Column("Not met since", "moment"),
    Column("Found", "moment"),
    Column("Closed", "moment"),
    Column("How closed"),
    Column("Evidence", width=4),
)
HISTORY = (Column("Finding", width=1), Column("When", "moment"), Column("What happened", width=4), Column("By"))
ACTIONS = (
    Column("Action", width=1),
    Column("Finding", width=1),
    Column("Cause", width=4),
    Column("Owner", width=1),
    Column("Planned", "moment"),
    Column("Planned by", width=1),
    Column("Due", "day"),
    Column("Reported as done", "moment"),
    Column("Verified", "moment"),
    Column("Verified by", width=1),
)
STEPS = (
    Column("Action", width=1),
    Column("Step", width=1),
    Column("What is to be done", width=4),
    Column("Done", "moment"),
    Column("By", width=1),
    Column("What shows it", width=4),
    Column("File", width=1),
)
OBLIGATIONS = (
    Column("Obligation", width=1),
    Column("Rule", width=4),
    Column("Citation", width=3),
    Column("About"),
    Column("What it follows", width=3),
    Column("When that was", "moment"),
    Column("Due", "moment"),
    Column("How it stands"),
    Column("Met or ended", "moment"),
)
PROOFS = (
    Column("Obligation", width=1),
    Column("What was done", width=4),
    Column("When", "moment"),
    Column("How"),
    Column("Written by", width=1),
    Column("Written", "moment"),
    Column("Who was told", width=1),
    Column("Reference", width=1),
    Column("Note", width=1),
    Column("File", width=1),
    Column("Withdrawn", "moment"),
)


def rules_for(scope: Scope) -> QuerySet[RuleVersion]:
    """Return the versions of rules that hold for the home on some day of the span."""
    laws = ("INT", "US", f"US-{scope.home.jurisdiction}")
    in_time = Q(valid_to__isnull=True) | Q(valid_to__gte=scope.since)
    found = RuleVersion.objects.filter(in_time, jurisdiction__in=laws, valid_from__lte=scope.until)
    return found.order_by("area", "rule", "valid_from", "version")


def findings_of(scope: Scope) -> QuerySet[Finding]:
    """Return what was not met at some moment of the span, and was found before its end."""
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=scope.begins)
    return Finding.objects.filter(still, facility=scope.home, opened_at__lt=scope.ends)


def actions_of(scope: Scope) -> QuerySet[CorrectiveAction]:
    """Return the corrective action that was planned before the end of the span, and not verified before its beginning."""
    open_ = Q(verified_at__isnull=True) | Q(verified_at__gte=scope.begins)
    found = CorrectiveAction.objects.filter(open_, finding__facility=scope.home, planned_at__lt=scope.ends)
    return found.select_related("finding").order_by("planned_at", "id")


def asked_of(scope: Scope) -> QuerySet[Obligation]:
    """Return what was asked at some moment of the span."""
    not_met = Q(met_at__isnull=True) | Q(met_at__gte=scope.begins)
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gte=scope.begins)
    return Obligation.objects.filter(not_met, not_ended, facility=scope.home, opened_at__lt=scope.ends)


def rules(scope: Scope) -> Rows:
    """Return each rule that is judged, how it stands at the end of the span, since when, and on what evidence."""
    at = scope.moment
    found = Finding.objects.filter(facility=scope.home, opened_at__lte=at)
    asked = Obligation.objects.filter(facility=scope.home, opened_at__lte=at)
    open_ = by_rule(found.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at)), first=Min("since"))
    closed = by_rule(
        found.filter(closed_at__lte=at).exclude(closed_why__in=["not asked", "newer text", "waived"]),
        last=Max("closed_at"),
    )
    over = Q(met_at__lte=at) | Q(ended_at__lte=at)
    late = Count("pk", filter=Q(due_at__lte=at) & ~Q(severity="watch"))
    waiting = by_rule(asked.exclude(over), first=Min("event_at"), late=late)
    done = by_rule(asked.filter(met_at__lte=at), first=Min("met_at"), late=Count("pk", filter=Q(late=True)))
    on = scope.moment.astimezone(scope.home.zone).date()
    aside = {each.rule: each for each in waived([scope.home.pk], on=min(on, scope.until))}
    rows = []
    for rule in rules_for(scope).filter(off=""):
        stands, since, why = standing(*(each.get(rule.pk, {}) for each in (open_, waiting, closed, done)))
        if rule.rule in aside:
            stands, since, why = aside[rule.rule].words, None, f"A waiver of the licence; {why}"
        rows.append(
            [
                rule.citation,
                rule.title,
                f"{rule.rule}, version {rule.version}, from {full_day(rule.valid_from)}",
                area_words(rule.area),
                SEVERITIES.get(rule.severity, rule.severity),
                stands,
                "" if hides_since(rule) else scope.at(since),
                why,
            ]
        )
    return rows


def in_order(rows: Iterable[Any], at: Callable[[Any], Any], hidden: Callable[[Any], bool]) -> list[Any]:
    """Return rows by time; those whose times are hidden at the end, where their place tells none."""
    return sorted(rows, key=lambda row: (hidden(row), NEVER if hidden(row) else at(row), str(row.pk)))


def by_rule(rows: QuerySet[Any], **wanted: Any) -> dict[UUID, dict[str, Any]]:
    """Return rule version → how many rows there are, and the ``wanted`` aggregates. One query."""
    return {row["rule"]: row for row in rows.order_by().values("rule").annotate(number=Count("pk")).annotate(**wanted)}


def standing(open_: Any, waiting: Any, closed: Any, done: Any) -> tuple[str, Any, str]:
    """Return how a rule stands, since when, and in words what shows it: from the counts of ``by_rule``."""
    said = [
        f"{counts['number']} {words}" + (f", {counts['late']} of them {late}" if late and counts["late"] else "")
        for counts, words, late in (
            (open_, "not met", ""),
            (waiting, "to be done", "overdue"),
            (closed, "put right", ""),
            (done, "done", "late"),
        )
        if counts
    ]
    why = "; ".join(said)
    if open_:
        return "not met", open_["first"], why
    if waiting:
        return "not yet known", waiting["first"], why
    if closed or done:
        return "met", closed.get("last") or done["first"], why
    return (
        "nothing against it",
        None,
        "The records of the home show nothing that this rule forbids, or that it asks for.",
    )


def not_judged(scope: Scope) -> Rows:
    """Return the rules of the home that the system does not judge, each with the reason."""
    return [[rule.citation, rule.title, rule.rule, rule.off] for rule in rules_for(scope).exclude(off="")]


def findings(scope: Scope) -> Rows:
    """Return what was not met, since when, on what evidence, and how it was closed.

    One act opens and closes several rows about the same young person: those without a code don't say when that was.
    """
    rows = []
    found = in_order(findings_of(scope).select_related("rule"), lambda row: row.since, hides_times_of)
    for row in found:
        hidden, about = hides_times_of(row), scope.young(row)
        closed = row.closed_at if row.closed_at and row.closed_at < scope.ends else None
        one_act = hidden or about == A_YOUNG_PERSON
        rows.append(
            [
                short(row.pk),
                f"{row.rule.title} ({row.rule.rule})",
                row.rule.citation,
                about,
                SEVERITIES.get(row.severity, row.severity),
                "" if hidden else scope.at(row.since),
                "" if one_act else scope.at(row.opened_at),
                "" if one_act else scope.at(closed),
                row.get_closed_why_display() if closed else "",
                evidence(scope, row, hidden=hidden),
            ]
        )
    return rows


def evidence(scope: Scope, row: Finding, *, hidden: bool) -> str:
    """Return in the fixed words of the facts what a finding rests on; no text that anybody has typed."""
    if "young" in row.evidence:
        return counted(row.evidence)
    told = [(sentence(name, row.rule), scope.says(moment(at))) for name, at in facts_of(row)]
    if hidden:
        return " ".join([*(words for words, _ in told), HIDDEN])
    return " ".join(f"{words} ({at})" if at else words for words, at in told)


def history(scope: Scope) -> Rows:
    """Return what became of each finding: found, corrective action and its steps, closed."""
    shown = {row.pk: row for row in findings_of(scope).select_related("rule") if not hides_times_of(row)}
    dated = {pk: row for pk, row in shown.items() if scope.young(row) != A_YOUNG_PERSON}
    events = [(row.opened_at, pk, "found", None) for pk, row in dated.items()]
    events += [
        (row.closed_at, pk, f"closed: {row.get_closed_why_display().lower()}", None)
        for pk, row in dated.items()
        if row.closed_at and row.closed_at < scope.ends
    ]
    finding_of = dict(CorrectiveAction.objects.filter(finding__in=shown).values_list("pk", "finding"))
    of_actions = CorrectiveAction.history.filter(id__in=finding_of)
    of_steps = CorrectiveStep.history.filter(action_id__in=finding_of, history_type="~")
    for rows, column in ((of_actions, "id"), (of_steps, "action_id")):
        for at, action, act, who in rows.values_list("history_date", column, "history_act", "history_user_id"):
            if at < scope.ends and act in ACTS:
                events.append((at, finding_of[action], ACTS[act], who))
    return [
        [short(finding), scope.at(at), what, scope.staff(who)]
        for at, finding, what, who in sorted(events, key=lambda each: (str(each[1]), each[0], each[2]))
    ]


def actions(scope: Scope) -> Rows:
    """Return the corrective actions. Why a rule failed is repeated where that is about the home itself."""
    found = list(actions_of(scope))
    told = scope.told(row.planned_by_id for row in found)
    return [
        [
            short(row.pk),
            short(row.finding_id),
            ON_FILE if row.finding.resident_id else told(row.cause, row.planned_by_id),
            scope.staff(row.owner_id),
            scope.at(row.planned_at),
            scope.staff(row.planned_by_id),
            day(row.due_on),
            scope.at(row.done_at),
            scope.at(row.verified_at),
            scope.staff(row.verified_by_id),
        ]
        for row in found
    ]


def steps(scope: Scope) -> Rows:
    """Return the steps of the corrective actions; their texts as those of the actions."""
    found = list(
        CorrectiveStep.objects.filter(action__in=actions_of(scope))
        .select_related("action__finding")
        .order_by("action__planned_at", "action", "number")
    )
    told = scope.told([who for row in found for who in (row.action.planned_by_id, row.done_by_id)])

    def text(row: CorrectiveStep, words: str, writer: UUID | None) -> str:
        return on_file(words) if row.action.finding.resident_id else told(words, writer)

    return [
        [
            short(row.action_id),
            str(row.number),
            text(row, row.what, row.action.planned_by_id),
            scope.at(row.done_at),
            scope.staff(row.done_by_id),
            text(row, row.evidence, row.done_by_id),
            on_file(row.document_id),
        ]
        for row in found
    ]


def obligations(scope: Scope) -> Rows:
    """Return what was asked of the home, with its times and how it stands at the end of the span."""
    rows = []
    for row in in_order(asked_of(scope).select_related("rule"), lambda row: row.event_at, hides_times_of):
        stands, over = how_it_stands(scope, row)
        hidden, about = hides_times_of(row), scope.young(row)
        event, due, ended = ("" if hidden else scope.at(at) for at in (row.event_at, row.due_at, over))
        if about == A_YOUNG_PERSON and over == row.ended_at:
            ended = ""  # one act ends several
        rows.append(
            [
                short(row.pk),
                f"{row.rule.title} ({row.rule.rule})",
                row.rule.citation,
                about,
                sentence(row.event, row.rule),
                event,
                due,
                stands,
                ended,
            ]
        )
    return rows


def how_it_stands(scope: Scope, row: Obligation) -> tuple[str, Any]:
    """Return in words how an obligation stands at the end of the span, and when it was met or ended."""
    if row.met_at and row.met_at < scope.ends:
        return "done late" if row.late else "done", row.met_at
    if row.ended_at and row.ended_at < scope.ends:
        return "no longer asked", row.ended_at
    late = row.due_at is not None and row.due_at <= scope.moment
    if row.severity == "watch":
        return "not done by others yet" if late else "to be done by others", None
    return "overdue" if late else "to be done", None


def proofs(scope: Scope) -> Rows:
    """Return how it was shown that something was done. Who was told, numbers and notes stay in the records."""
    asked = {row.pk: row for row in asked_of(scope).select_related("rule")}
    found = Proof.objects.filter(obligation__in=asked, written_at__lt=scope.ends)
    ordered = in_order(found, lambda row: row.written_at, lambda row: hides_times_of(asked[row.obligation_id]))
    return [proof(scope, row, asked[row.obligation_id]) for row in ordered]


def proof(scope: Scope, row: Proof, obligation: Obligation) -> list[str]:
    """Return one proof."""
    withdrawn = row.withdrawn_at if row.withdrawn_at and row.withdrawn_at < scope.ends else None
    hidden = hides_times_of(obligation)
    return [
        short(row.obligation_id),
        sentence(f"proof:{obligation.rule.rule}#{row.item}", obligation.rule),
        "" if hidden else scope.at(row.done_at),
        row.get_how_display(),
        scope.staff(row.written_by_id),
        "" if hidden else scope.at(row.written_at),
        *(on_file(value) for value in (row.told, row.reference, row.note, row.document_id)),
        "" if hidden else scope.at(withdrawn),
    ]
