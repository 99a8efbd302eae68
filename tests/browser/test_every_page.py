"""Every page of the table, two forms with errors, and every kind of page that links of the demo lead to.

Each is accessible, within its width, without a fault, and takes nothing from elsewhere.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Page

from placement.database.context import acting
from placement.facilities.operations import reveal_address
from tests.bars import bar_to_judge
from tests.browser.conftest import devtools, out_of_sight
from tests.every.incident_states import missing
from tests.every.oracle import sights_now
from tests.every.places import Place
from tests.every.states import begun_report, warned, way_in
from tests.every.table import PAGES
from tests.sealings import decided, recorded, unsealing
from tests.world import World, Young

DOWNLOADS = {
    "residents:document",
    "facilities:paper",
    "compliance:binder_pdf",
    "compliance:binder_tables",
    "audit:export_files",
    "incidents:flyer-pdf",
}
NO_PAGE = DOWNLOADS | {name for name, page in PAGES.items() if page.post_only}
OF_NO_STATE = {
    "answer",
    "audit:second_disposal",
    "bars:judge",
    "residents:decide_sealing",
    *(f"sealings:{name}" for name in ("detail", "unseal", "decide")),
    "incidents:complete",
}  # nobody judges and no report is begun: a test of their own brings it about
OF_A_DRAFT = {"referrals:edit", "referrals:send", "referrals:discard"}
LATER = [  # pages of a state that comes later, in the order of ``states_of``
    {"placements:decide", "placements:withdraw"},
    {"placements:safety"},
    {"placements:admit"},
    {"incidents:came-back"},
    {"referrals:sign"},
]
ACCOUNTS = ["supervisor", "staff.cedar"]  # their pages of the demo hold most; every page is in the table besides
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
WIDTHS = (390, 820, 1280)
# Only what is wrong comes back; no style sheet is fetched again, which only a rule about turned screens would need.
VIOLATIONS = """() => axe.run({resultTypes: ['violations'], preload: false, rules: {'color-contrast': {enabled: false}}})
  .then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
CONTRAST = """at => axe.run(around.filter(([, number]) => at.includes(number)).map(([element]) => element),
    {resultTypes: ['violations'], preload: false, runOnly: ['color-contrast']})
  .then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
AROUND_TEXT = """() => {
  const number = text => [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9007199254, 7);
  const around = e => e ? around(e.parentElement) + ' ' + e.tagName + '.' + e.className + (e.disabled ? '!' : '') : '';
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (texts.nextNode()) if (texts.currentNode.data.trim()) found.add(texts.currentNode.parentElement);
  window.around = [...found].map(element => [element, number(around(element))]);
  return [...new Set(window.around.map(([, number]) => number))];
}"""
BROKEN_REFERENCES = """() => {
  const faults = [], ids = new Map();
  for (const e of document.querySelectorAll('[id]')) ids.set(e.id, (ids.get(e.id) || 0) + 1);
  for (const [id, n] of ids) if (n > 1) faults.push('twice: #' + id);
  for (const name of ['aria-describedby', 'aria-labelledby', 'for', 'aria-controls'])
    for (const e of document.querySelectorAll('[' + name + ']'))
      for (const id of e.getAttribute(name).split(/\\s+/)) if (id && !ids.has(id)) faults.push(name + ' -> ' + id);
  for (const e of document.querySelectorAll('a[href^="#"]')) {
    const id = e.getAttribute('href').slice(1);
    if (id && !ids.has(id)) faults.push('link -> #' + id);
  }
  return [innerWidth, faults];
}"""

# What is wider than the page, words that the edge of their card cuts off, and buttons at the top that break into two lines.
MISFITS = """width => [
    ...document.documentElement.scrollWidth > width ? ['wider'] : [],
    ...[...document.querySelectorAll('.flush .tag')]
        .filter(tag => tag.getBoundingClientRect().right > tag.closest('.flush').getBoundingClientRect().right
            || tag.scrollWidth > tag.clientWidth)
        .map(tag => `cut off: ${tag.innerText}`),
    ...[...document.querySelectorAll('.bar .button')]
        .filter(button => new Set([...button.childNodes].filter(part => !part.getBoundingClientRect || part.offsetWidth > 1)
            .flatMap(part => { const words = document.createRange(); words.selectNodeContents(part);
                return [...words.getClientRects()].map(line => line.top) })).size > 1)
        .map(button => `on two lines: ${button.innerText}`)]"""
BUILDING_BLOCK = re.compile(r'<([a-z0-9]+)[^>]*?(?:class|role)="([^"]*)"')
scanned: dict[str, set[tuple[str, str]]] = {}
measured: set[int] = set()


def kind_of(path: str) -> str:
    """Return what kind of page an address leads to: the address without its keys."""
    return re.sub(r"/acts/.*|/weeks/.*|/rules/.+", "/<one>/", KEY.sub("<id>", urlsplit(path).path))


def has_something_new(kind: str, html: str) -> bool:
    """Return whether a page has a building block that no page of its kind had before, for whichever account."""
    blocks, known = set(BUILDING_BLOCK.findall(html)), scanned.setdefault(kind, set())
    new = blocks - known
    known |= new
    return bool(new)


def new_surroundings(page: Page) -> list[int]:
    """Return in which surroundings some text stands that stood in such on no page before, as numbers.

    Contrast, which takes longest, is measured there: colours follow from the names and classes of the elements around a text.
    """
    new = set(page.evaluate(AROUND_TEXT)) - measured
    measured.update(new)
    return list(new)


def pages_from(page: Page) -> list[str]:
    """Return one address of each kind of page that links lead to from the first page."""
    seen, kinds, queue = set(), {}, deque(["/"])
    while queue:
        path = queue.popleft()
        kind = kind_of(path)
        if kind in kinds:
            continue
        answer = page.request.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{path} answers {answer.status}"
        html = answer.text()
        kinds[kind] = path if has_something_new(kind, html) else ""
        for link in re.findall(r'href="(/[^"]*)"', html):
            link = link.replace("&amp;", "&").split("#")[0]
            if not link.startswith("/static/") and link not in seen:
                seen.add(link)
                queue.append(link)
    assert kinds
    return [path for path in kinds.values() if path]


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with the page that is open, at each width."""
    return barriers(page, new_surroundings(page)) + misfits(page)


def barriers(page: Page, new: list[int]) -> list[str]:
    """Return what axe finds, in the contrast of the texts in these surroundings also."""
    if not page.evaluate("'axe' in window"):
        page.add_init_script(AXE_SCRIPT)  # half a megabyte, sent once: later pages of this tab begin with it
        page.evaluate(f"{AXE_SCRIPT}; 0")
    found = page.evaluate(VIOLATIONS) + (page.evaluate(CONTRAST, new) if new else [])
    return [f"{urlsplit(page.url).path}: {rule}: {html[:120]}" for rule, html in found]


def misfits(page: Page) -> list[str]:
    """Return the links and labels that lead nowhere, and what does not fit at one of the widths."""
    path = urlsplit(page.url).path
    now, broken = page.evaluate(BROKEN_REFERENCES)
    faults = [f"{path}: {fault}" for fault in broken]
    for width in sorted(
        WIDTHS, key=lambda one: abs(one - now)
    ):  # from where the last page has ended: each takes its time
        if width != now:  # without the window, which would come into sight
            size = {"width": width, "height": 900, "screenWidth": width, "screenHeight": 900}
            devtools(page).send("Emulation.setDeviceMetricsOverride", size | {"deviceScaleFactor": 1, "mobile": False})
        faults += [f"{path}: {fault} at {width}" for fault in page.evaluate(MISFITS, width)]
    return faults


def states_of(world: World) -> Iterator[tuple[Young, dict[str, str]]]:
    """Bring the world from one state to the next; yield whom it is about, and what else its pages are addressed by."""
    for state in way_in(world):
        yield replace(world.eve, stay=state["placement"]), {}
    yield replace(world.ada, **missing(world)), {}
    yield world.eve, warned(world)


def young_of(name: str, world: World) -> Young:
    """Return the young person about whom a page shows itself, in the world as it is."""
    if name in OF_A_DRAFT:
        return replace(world.fay, referral=world.draft)
    if name == "placements:after-care":
        return world.fay
    return world.eve if name.startswith("referrals:") else world.ada


def opened(name: str, world: World, visit_world: Callable[[str], Page], young: Young, **more: str) -> Page | None:
    """Open a page of the table as somebody who gets in; None when it leads elsewhere."""
    place = Place("own", world, young, world.cedar)
    people = PAGES[name].people(place, known=sights_now(world) if name in set().union(*LATER) else None)
    path = reverse(name, kwargs={key: value(place) for key, value in PAGES[name].args.items()} | more)
    key, person = next((key, person) for key, person in world.people.items() if person in people)
    if name == "facilities:change-address":
        with acting(person.pk, person.name):
            reveal_address(world.cedar.facility, purpose="check", reason="Is it right?", by=person)
    page = visit_world(key)
    answer = page.goto(path + (f"?home={world.cedar.facility.pk}" if name == "referrals:compare" else ""))
    has_something_new(kind_of(path), page.content())
    return page if answer.status == 200 and urlsplit(page.url).path == path else None


def test_a_bar_to_judge_and_a_begun_report_are_accessible_and_fit(committed_world, visit_world):
    bar, report = bar_to_judge(committed_world), begun_report(committed_world)["incident"]
    for key, address in [("supervisor2", "bars:judge"), ("staff_cedar", "incidents:complete")]:
        page = visit_world(key)
        assert page.goto(reverse(address, args=[bar.pk if key == "supervisor2" else report.pk])).status == 200
        assert faults_of(page) == []


def test_the_register_of_sealed_records_is_accessible_and_fits(committed_world, visit_world):
    order, record = recorded(committed_world), committed_world.fay.resident
    page = visit_world("supervisor")
    assert page.goto(reverse("residents:decide_sealing", args=[record.pk, order.pk])).status == 200
    assert faults_of(page) == []
    decided(order, committed_world.supervisor)
    for name in ("detail", "unseal"):
        assert page.goto(reverse(f"sealings:{name}", args=[order.pk])).status == 200
        assert faults_of(page) == []
    waits = unsealing(committed_world, order)
    for name, args in (("list", []), ("detail", [order.pk]), ("decide", [waits.pk])):
        assert page.goto(reverse(f"sealings:{name}", args=args)).status == 200
        assert faults_of(page) == []


def test_every_page_of_the_table_is_accessible_and_fits(committed_world, visit_world):
    world, faults, shown = committed_world, [], set()
    out_of_sight(visit_world("supervisor"))

    def look(name: str, young: Young, **more: str) -> None:
        if page := opened(name, world, visit_world, young, **more):
            shown.add(name)
            faults.extend(faults_of(page))

    for name in sorted(PAGES.keys() - NO_PAGE - OF_NO_STATE - set().union(*LATER)):
        look(name, young_of(name, world))
    for (young, more), names in zip(states_of(world), LATER, strict=True):
        for name in sorted(names):
            look(name, young, **more)
    assert PAGES.keys() - shown == NO_PAGE | OF_NO_STATE
    assert faults == []


@pytest.mark.parametrize("name", ["incidents:new", "facilities:add-licence"])
def test_a_form_with_errors_is_accessible_and_fits(committed_world, visit_world, name):
    page = opened(name, committed_world, visit_world, committed_world.ada)
    if name == "incidents:new":
        page.goto(f"{page.url}?kind=injury")
    page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
    page.locator("main form[method=post] [type=submit]").last.click()
    assert page.locator(".errors li").count() > 1
    assert faults_of(page) == []


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_that_links_lead_to_fits(visit, account):
    """With the data of the demo: rows by the dozen, long names, everything overdue. Its template was scanned with the table."""
    page, faults = out_of_sight(visit(account).page), []
    for path in pages_from(page):
        page.goto(path)
        new = new_surroundings(page)
        faults += (barriers(page, new) if new else []) + misfits(page)
    assert faults == []
