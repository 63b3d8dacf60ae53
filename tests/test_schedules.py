"""The table of schedules, the plateau that two of the stopping rules count, and the rates that training really used."""

import numpy as np
import pytest
from strategies import linear_sample

import backproof as bp
from backproof.schedules import FLOOR, SCHEDULES, Plateau, schedule

pytestmark = pytest.mark.usefixtures("each_engine")


def rates_used(name, epochs=30, rate=0.1, **settings):
    """The history's learning rates of plain gradient descent on 40 rows."""
    X, y = linear_sample()
    network = bp.Network([3, 1], output="identity", seed=0)
    run = bp.train(
        network, X, y, optimizer=bp.SGD(rate), schedule=name, epochs=epochs, seed=0, **settings
    )
    return run.history["learning_rate"]


def test_constant_stays():
    np.testing.assert_array_equal(rates_used("constant"), [0.1] * 30)


@pytest.mark.parametrize("power", [0.25, 0.5, 1.0])
def test_inverse_scaling_divides_by_a_power_of_the_examples_seen(power):
    seen = 40 * np.arange(30)
    np.testing.assert_allclose(
        rates_used("inverse-scaling", power=power), 0.1 / (seen + 1) ** power, rtol=1e-14
    )


def test_adaptive_takes_a_fifth_after_each_plateau():
    rates = schedule("adaptive", 1.0, tolerance=0.1, patience=2)
    losses = [5, 4, 4, 4, 4, 4, 4, 4, 1, 1, 1, 1]
    #         new best twice; 4 three times: a plateau; again; a new best; a plateau
    expected = [1, 1, 1, 1, 0.2, 0.2, 0.2, 0.04, 0.04, 0.04, 0.04, 0.008]
    got = [rates.after(loss, 0) for loss in losses]
    np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_adaptive_ends_at_the_floor():
    rates = schedule("adaptive", 1e-5, tolerance=0.1, patience=1)
    got = [rates.after(1.0, 0) for _ in range(40)]
    assert rates.exhausted
    assert len(set(got)) == 3  # 1e-5, 2e-6, and the last one
    assert got[-1] == pytest.approx(FLOOR, rel=0.7)


def test_adaptive_falls_in_training():
    rates = rates_used("adaptive", epochs=300, tolerance=1e-4, patience=3)
    assert rates[0] == 0.1
    assert (np.diff(rates) <= 0).all()
    assert np.isin(np.round(rates[1:] / rates[:-1], 12), [1, 0.2]).all()
    assert rates[-1] < 0.1


def test_the_loss_must_fall_by_more_than_the_tolerance():
    plateau = Plateau(tolerance=0.1, patience=2)
    assert [plateau.reached(loss) for loss in (1.0, 0.95, 0.93, 0.91)] == [
        False,
        False,
        False,
        True,
    ]
    plateau = Plateau(tolerance=0.1, patience=2)
    assert not any(plateau.reached(loss) for loss in (1.0, 0.95, 0.93, 0.8, 0.75, 0.72, 0.5))


def test_a_plateau_is_counted_anew_after_it_was_reached():
    plateau = Plateau(tolerance=0.1, patience=1)
    assert [plateau.reached(1.0) for _ in range(7)] == [
        False,
        False,
        True,
        False,
        True,
        False,
        True,
    ]


def test_a_loss_that_rises_is_no_improvement():
    plateau = Plateau(tolerance=0.0, patience=2)
    assert [plateau.reached(loss) for loss in (1.0, 2.0, 1.5, 1.2)] == [False, False, False, True]


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_first_epoch_has_the_rate_asked_for(name):
    assert rates_used(name, epochs=1)[0] == 0.1


@pytest.mark.parametrize("spelling", ["inverse-scaling", "inverse_scaling", "Inverse Scaling"])
def test_spellings(spelling):
    assert type(schedule(spelling, 0.1)) is type(schedule("inverse-scaling", 0.1))


def test_an_unknown_name_shows_the_nearest():
    with pytest.raises(bp.BackproofError, match=r"`adaptiv`.*adaptive"):
        rates_used("adaptiv")
