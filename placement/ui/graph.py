"""A small graph as plain numbers for the SVG template: names on a circle, lines between them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SIDE, RADIUS, DOT = 320, 112, 22  # of the drawing, the circle and a name's disc, in units of the drawing


@dataclass(frozen=True)
class Node:
    """One name, laid out."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """One line, laid out; ``number`` is how many reasons it has, ``href`` leads to them."""

    one: Node
    other: Node
    number: int
    width: float
    x: float
    y: float
    href: str


@dataclass(frozen=True)
class Graph:
    """What ``components/graph.html`` draws."""

    id: str
    title: str
    description: str
    nodes: list[Node]
    edges: list[Edge]
    side: int = SIDE
    dot: int = DOT


def graph(
    id: str, title: str, names: Sequence[str], ties: Iterable[tuple[str, str, int, str]], *, description: str
) -> Graph:
    """Lay out ``names`` on a circle, from the top, clockwise.

    ties: two of the names, how many reasons, and the address of the rows behind the line.
    """
    turn = 2 * math.pi / max(len(names), 1)
    nodes = {
        name: Node(
            name,
            round(SIDE / 2 + RADIUS * math.sin(i * turn), 1),
            round(SIDE / 2 - RADIUS * math.cos(i * turn), 1),
        )
        for i, name in enumerate(names)
    }
    edges = []
    for first, second, number, href in ties:
        one, other = nodes[first], nodes[second]
        # a little off the middle, so that the numbers of lines that cross in the middle of the circle stay apart
        x, y = one.x * 0.58 + other.x * 0.42, one.y * 0.58 + other.y * 0.42
        edges.append(Edge(one, other, number, min(2 + number, 6), round(x, 1), round(y, 1), href))
    return Graph(id, title, description, list(nodes.values()), edges)
