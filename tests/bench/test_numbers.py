"""What is said about times: medians, ratios, growth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.bench.measure import Measure, Taken, exponent, p95, ratio, report

some_time = st.floats(0.001, 10_000)
some_size = st.integers(1, 10_000_000)


@pytest.mark.parametrize(
    ("times", "expected"),
    [([1.0, 1.0, 1.0], 0.0), ([1.0, 10.0, 100.0], 1.0), ([1.0, 100.0, 10_000.0], 2.0), ([9.0, 3.0, 1.0], -0.477)],
)
def test_growth_is_the_power_of_the_size(times: list[float], expected: float) -> None:
    assert exponent([10, 100, 1000], times) == pytest.approx(expected, abs=0.001)


def test_one_size_tells_nothing_about_growth() -> None:
    assert exponent([50], [1.0]) is None


@given(
    st.floats(-3, 3),
    some_time,
    st.lists(some_size.map(float), min_size=2, max_size=5, unique=True).filter(lambda n: max(n) >= 2 * min(n)),
)
def test_growth_is_found_whatever_the_power(power: float, factor: float, sizes: list[float]) -> None:
    assert exponent(sizes, [factor * size**power for size in sizes]) == pytest.approx(power, abs=1e-6)


@given(st.lists(some_time, min_size=2, max_size=2), some_time)
def test_growth_does_not_depend_on_the_unit(times: list[float], unit: float) -> None:
    assert exponent([10, 1000], [time * unit for time in times]) == pytest.approx(exponent([10, 1000], times), abs=1e-6)


@given(some_time, some_time)
def test_a_ratio_says_how_many_times_the_base(time: float, base: float) -> None:
    assert ratio(time, base) * base == pytest.approx(time)
    assert ratio(base, base) == 1


def test_p95_of_twenty_is_the_nineteenth() -> None:
    assert p95([float(n) for n in reversed(range(1, 21))]) == 19
    assert p95([3.0]) == 3


@given(st.lists(some_time, min_size=1))
def test_95_percent_do_not_exceed_p95(times: list[float]) -> None:
    found = p95(times)
    assert sum(time <= found for time in times) >= 0.95 * len(times)
    assert sum(time < found for time in times) < 0.95 * len(times)


def test_the_report_compares_at_the_largest_size_and_grows_over_all() -> None:
    measures = [Measure("plain", print), Measure("product", print, "plain")]
    taken = {
        1000: {"plain": Taken([9.0, 1.0, 2.0], 1), "product": Taken([8.0], 1)},
        10: {"plain": Taken([2.0], 1), "product": Taken([0.8], 3)},
    }
    assert report(measures, taken) == [
        {
            "name": "plain",
            "median_ms": 2.0,
            "p95_ms": 9.0,
            "ratio": 1.0,
            "base": "plain",
            "queries": 1,
            "exponent": 0.0,
        },
        {
            "name": "product",
            "median_ms": 8.0,
            "p95_ms": 8.0,
            "ratio": 4.0,
            "base": "plain",
            "queries": 1,
            "exponent": 0.5,
        },
    ]
