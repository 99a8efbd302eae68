"""Every page that an account can reach by links: accessible, within its width, no fault, nothing from elsewhere."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")

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
  for (const e of document.querySelectorAll('a[href^="#"]'))
    if (e.getAttribute('href').length > 1 && !ids.has(e.getAttribute('href').slice(1))) faults.push('link -> ' + e.getAttribute('href'));
  return faults;
}"""


def pages_from(page: Page, most: int = 60) -> list[str]:
    """Return one address of each kind of page that links lead to from the first page."""
    seen, kinds, queue = set(), {}, deque(["/"])
    while queue and len(kinds) < most:
        path = queue.popleft()
        kind = KEY.sub("<id>", urlsplit(path).path)
        kind = re.sub(r"/acts/.*", "/acts/", kind)
        if kind in kinds:
            continue
        answer = page.request.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{path} answers {answer.status}"
        kinds[kind] = path
        for link in re.findall(r'href="(/[^"]*)"', answer.text()):
            link = link.replace("&amp;", "&").split("#")[0]
            if not link.startswith("/static/") and link not in seen:
                seen.add(link)
                queue.append(link)
    return list(kinds.values())


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_is_accessible_and_fits(visit, account):
    watched = visit(account)
    page = watched.page
    faults = []
    found = pages_from(page)
    for path in found:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        for violation in Axe().run(page).response["violations"]:
            faults.append(f"{path}: {violation['id']}: {violation['nodes'][0]['html'][:120]}")
        faults += [f"{path}: {fault}" for fault in page.evaluate(BROKEN_REFERENCES)]
        for width in (1280, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{path}: wider than {width}")
    assert found
    assert faults == []
