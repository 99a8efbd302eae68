"""Searches whose words are private: names and codes never stand in an address, where logs and bookmarks keep them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

FLAG = "searched"


def remember_search(request: HttpRequest, *private: str) -> HttpResponse:
    """Keep the private fields of a posted filter in the session, and go to the same page with the other ones."""
    words = {name: request.POST[name] for name in private if request.POST.get(name)}
    request.session[f"search:{request.path}"] = words
    others = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value and name not in {*private, "csrfmiddlewaretoken"}
    ]
    query = urlencode([*others, (FLAG, "1")] if words else others)
    return redirect(f"{request.path}?{query}" if query else request.path)


def asked(request: HttpRequest, *private: str, path: str = "") -> QueryDict:
    """Return what the page is asked for: the address, with the private fields of the search that led here.

    path: of the page where it was searched, when it is another one.
    """
    data = request.GET.copy()
    for name in private:
        data.pop(name, None)
    if data.get(FLAG):
        data.update(request.session.get(f"search:{path or request.path}", {}))
    return data
