"""Special functions against an independent implementation."""

import pytest
from scipy import stats

from roadworthy.evals.stats.special import beta_cdf, beta_quantile, normal_quantile, student_t_quantile

SHAPES = [
    (0.5, 0.5),
    (1, 1),
    (1, 30),
    (30, 1),
    (2.5, 97.25),
    (50, 50),
    (7, 993),
    (4000, 6000.5),
    (1, 100_000),
]


@pytest.mark.parametrize(("a", "b"), SHAPES)
@pytest.mark.parametrize("x", [1e-6, 0.01, 0.2, 0.5, 0.77, 0.999])
def test_beta_distribution_agrees_with_scipy(a, b, x):
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(("a", "b"), SHAPES)
@pytest.mark.parametrize("probability", [0.005, 0.025, 0.05, 0.5, 0.95, 0.975, 0.995])
def test_beta_quantile_agrees_with_scipy(a, b, probability):
    assert beta_quantile(probability, a, b) == pytest.approx(stats.beta.ppf(probability, a, b), rel=1e-8)


@pytest.mark.parametrize("degrees", [1, 2, 3.5, 10, 29, 1000])
@pytest.mark.parametrize("probability", [0.01, 0.4, 0.5, 0.6, 0.95, 0.975, 0.9995])
def test_student_quantile_agrees_with_scipy(degrees, probability):
    expected = stats.t.ppf(probability, degrees)

    assert student_t_quantile(probability, degrees=degrees) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_normal_quantile_is_the_textbook_one():
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-12)


@pytest.mark.parametrize(("x", "expected"), [(-1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)])
def test_beta_distribution_is_flat_outside_its_range(x, expected):
    assert beta_cdf(x, 2, 3) == expected


def test_quantiles_of_the_ends_are_the_ends():
    assert (beta_quantile(0.0, 2, 3), beta_quantile(1.0, 2, 3)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: beta_cdf(0.5, 0, 1), "shapes must be positive"),
        (lambda: beta_quantile(1.5, 1, 1), r"must be in \[0, 1\], got 1.5"),
        (lambda: student_t_quantile(0.0, degrees=3), "`probability` must be in"),
        (lambda: student_t_quantile(0.9, degrees=0), "`degrees` must be positive"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
