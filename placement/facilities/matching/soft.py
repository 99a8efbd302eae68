"""What makes one fitting home better than another: distances, language, siblings, earlier stays."""

from placement.facilities.matching.facts import BLUR_KM, Criterion, Home, State, YoungPerson
from placement.facilities.matching.wording import kilometres, mark

FAR_KM = 100.0  # from here on, farther counts no more


def soft_criteria(person: YoungPerson, home: Home) -> tuple[list[Criterion], float]:
    """Return the criteria that inform, and the score that they make together (higher ranks first)."""
    criteria: list[Criterion] = []
    score = 0.0
    for part, points in (areas(person, home), near(person, home), language(person, home), past(person, home)):
        criteria += part
        score += points
    together = {sibling.id for sibling in person.siblings if sibling.together and sibling.visible}
    return criteria, score + 2 * len(together & {stay.resident for stay in home.stays})


def areas(person: YoungPerson, home: Home) -> tuple[list[Criterion], float]:
    """Distance from the nearest area to avoid; inside the distance to keep it is a warning to sign.

    For somebody who may not know the address it is a warning too when the home may be inside. The signature is under all
    areas, so that it holds whoever looks.
    """
    if not person.areas:
        return [], 0.0
    if home.point is None:
        return [Criterion("area", State.INFO, "The distance from the area to avoid is not known")], 0.0
    distances = [(home.point.km_to(area.point), area) for area in person.areas]
    km, _ = min(distances, key=lambda each: each[0])
    words = kilometres(km, exact=home.address_known)
    blur = 0.0 if home.address_known else BLUR_KM
    if any(far < area.km + blur for far, area in distances):
        facts = [f"{area.point}{area.km}" for area in person.areas]
        text = f"{'Perhaps inside' if blur else 'Inside'} the distance to keep from an area to avoid"
        return [Criterion("area", State.WARNED, text, signature=mark("area", facts))], 0.0
    return [Criterion("area", State.PASSED, f"{words} from the area to avoid".capitalize())], 2 * min(
        km, FAR_KM
    ) / FAR_KM


def near(person: YoungPerson, home: Home) -> tuple[list[Criterion], float]:
    """Distance to school and to the family with whom contact is permitted: nearer ranks higher."""
    criteria, score = [], 0.0
    for key, point, name in (("school", person.school, "school"), ("family", person.family, "the family")):
        if point is not None and home.point is not None:
            km = home.point.km_to(point)
            words = kilometres(km, exact=home.address_known)
            criteria.append(Criterion(key, State.INFO, f"{words} to {name}".capitalize()))
            score += 1 - min(km, FAR_KM) / FAR_KM
    return criteria, score


def language(person: YoungPerson, home: Home) -> tuple[list[Criterion], float]:
    """A language of the young person's own is spoken."""
    if not person.languages:
        return [], 0.0
    spoken = {each.casefold() for each in home.languages}
    shared = [each for each in person.languages if each.casefold() in spoken]
    if shared:
        return [Criterion("language", State.PASSED, f"{' and '.join(shared)} spoken")], 1.0
    return [Criterion("language", State.INFO, f"{' or '.join(person.languages)}: not known whether it is spoken")], 0.0


def past(person: YoungPerson, home: Home) -> tuple[list[Criterion], float]:
    """Whether the young person lived here before."""
    return ([Criterion("earlier", State.INFO, "Lived here before")], 0.5) if home.lived_here_before else ([], 0.0)
