"""What the case studies share: drawing groups with replacement, and comparing maps."""

import numpy as np
import pytest
from scipy.stats import rankdata

from lessons.bootstrap import interval, resample
from lessons.saliency import rank_correlation


def test_pictures_of_a_group_are_drawn_together():
    groups = np.array([7, 7, 7, 2, 2, 9])
    weights = resample(groups, draws=300, seed=1)
    assert weights.shape == (300, 6)
    assert (weights[:, :3] == weights[:, :1]).all() and (weights[:, 3] == weights[:, 4]).all()
    assert (weights[:, [0, 3, 5]].sum(1) == 3).all()  # as many groups as there are
    assert abs(weights.mean() - 1) < 0.1


def test_groups_are_drawn_with_replacement():
    """How often one of n is drawn in n draws: not at all (1 - 1/n)^n, with variance 1 - 1/n."""
    counts = resample(np.arange(50), draws=4000)
    assert (counts == 0).mean() == pytest.approx(0.98**50, abs=0.01)
    assert counts.var() == pytest.approx(0.98, rel=0.02)


def test_another_seed_draws_other_groups():
    first, again, other = (resample(np.arange(9), 20, seed) for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()


def test_one_group_alone_is_refused():
    with pytest.raises(ValueError, match="at least 2 groups, but there is 1"):
        resample(np.zeros(5))


def test_an_interval_encloses_its_level():
    values = np.random.default_rng(0).permutation(1001)
    assert interval(values) == pytest.approx((25, 975))
    assert interval(values, level=0.8) == pytest.approx((100, 900))


def test_maps_are_compared_pair_by_pair():
    first, second = np.random.default_rng(0).random((2, 3, 8, 8))
    ranks = [[rankdata(each) for each in maps.reshape(3, 64)] for maps in (first, second)]
    wanted = [np.corrcoef(a, b)[0, 1] for a, b in zip(*ranks, strict=True)]
    assert rank_correlation(first, second) == pytest.approx(wanted)
    assert rank_correlation(first, first**3) == pytest.approx(1)
    assert rank_correlation(first, -first) == pytest.approx(-1)
    with pytest.raises(ValueError, match="shorter"):
        rank_correlation(first, second[:2])
