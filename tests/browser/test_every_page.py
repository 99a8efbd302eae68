"""Every kind of page that an account can reach by links: accessible, within its width, no fault, nothing from elsewhere."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ACCOUNTS = [
    "caseworker",
    "supervisor",
    "admin.cedar",
    "staff.cedar",
    "clinician",
    "inspector.cedar",
    "sysadmin",
    "stranger",
]
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
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
  return faults;
}"""


BUILDING_BLOCK = re.compile(r'<([a-z0-9]+)[^>]*?(?:class|role)="([^"]*)"')
scanned: dict[str, set[tuple[str, str]]] = {}


def kind_of(path: str) -> str:
    """Return what kind of page an address leads to: the address without its keys."""
    return re.sub(r"/acts/.*|/weeks/.*", "/<when>/", KEY.sub("<id>", urlsplit(path).path))


def has_something_new(kind: str, html: str) -> bool:
    """Return whether a page has a building block that no page of its kind had before, for whichever account."""
    blocks, known = set(BUILDING_BLOCK.findall(html)), scanned.setdefault(kind, set())
    new = blocks - known
    known |= new
    return bool(new)


def pages_from(page: Page, most: int = 60) -> list[str]:
    """Return one address of each kind of page that links lead to from the first page."""
    seen, kinds, queue = set(), {}, deque(["/"])
    while queue and len(kinds) < most:
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


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_is_accessible_and_fits(visit, account):
    watched = visit(account)
    page = watched.page
    faults = []
    for path in pages_from(page):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            faults.append(f"{path}: {violation['id']}: {violation['nodes'][0]['html'][:120]}")
        faults += [f"{path}: {fault}" for fault in page.evaluate(BROKEN_REFERENCES)]
        for width in (1280, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{path}: wider than {width}")
    assert faults == []
