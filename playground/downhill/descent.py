"""Going down: the paths of a race, what each step was made of, and who left the surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from playground.compiled import planned, remember
from playground.downhill.precision import precisely
from playground.downhill.race import MOST_STEPS, Race, Walker
from playground.downhill.surface import Cost, cost_at
from playground.downhill.terms import RULES, Seen, Terms
from playground.downhill.wording import placed
from playground.nn.optimizers import OPTIMIZERS, Hyper, Memory
from playground.row_order import epoch_order
from playground.training import COMPILE_ADVANCE

Floats = NDArray[np.floating[Any]]

FAR = 1e6  # windows: who is beyond has left the surface
STAYED = -1


@dataclass(frozen=True)
class Left:
    """How a walker left the surface.

    Attributes
    ----------
    step : int
        The number of the step that led away; 1 is the first.
    position : ndarray
        The last coordinates that mean something, (dimension,): where it stays from then on.
    cost : float
        The cost there.
    far : bool
        True if it is more than `FAR` windows away; False if the step led to where the cost or a coordinate is not
        a finite number, and was not taken.
    """

    step: int
    position: Floats
    cost: float
    far: bool

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        place = placed(self.position)
        if self.far:
            return f"It left at step {self.step}: it is at {place}, far outside the picture."
        return f"It left at step {self.step}: from {place} the step led to where there is no finite cost."


@dataclass(frozen=True)
class Descent:
    """The paths of a race's walkers, in their order.

    Attributes
    ----------
    race : Race
        What they come from.
    positions : ndarray
        Where each walker is before the first and after every step, (walkers, steps + 1, dimension).
    shown : ndarray
        The weights that count: for averaged descent the average, else the positions, in their shape.
    costs : ndarray
        The cost at `shown`, on all rows, (walkers, steps + 1).
    heights : ndarray
        The same at `positions`.
    gradients : ndarray
        The slope at the beginning of each step, on the step's batch, (walkers, steps, dimension).
    exact : ndarray
        The same on all rows.
    steps : ndarray
        How far each step went, (walkers, steps, dimension); zero after leaving.
    terms : tuple of dict
        For each walker, the terms of its update by name, (steps, dimension) each. Those of steps from the leaving on
        are of a walker that stays where it is.
    left : tuple of Left or None
        How each left the surface, if it did.
    """

    race: Race
    positions: Floats
    shown: Floats
    costs: Floats
    heights: Floats
    gradients: Floats
    exact: Floats
    steps: Floats
    terms: tuple[Terms, ...]
    left: tuple[Left | None, ...]

    def steps_to(self, cost: float) -> tuple[int | None, ...]:
        """Return after how many steps each walker's cost was `cost` or less for the first time; None if never."""
        reached = self.costs <= cost
        return tuple(int(np.argmax(row)) if row.any() else None for row in reached)


def descend(race: Race) -> Descent:
    """Let all walkers of `race` go down, in double precision.

    An optimizer is compiled once for a surface. It always takes `MOST_STEPS` steps, of which the race's are kept:
    that is about a millisecond, and no number of steps is compiled for anew.

    Raises
    ------
    ValueError
        If the surface has no finite cost at the race's start.
    """
    surface = race.surface
    if not np.isfinite(surface.at(race.start).cost):
        raise ValueError(f"{surface.formula} has no finite value at the start; choose another one")
    # Not in double precision: the order of rows is that of training.
    batch = np.int32(race.batch or surface.rows)
    weights = (
        _batch_weights(surface.rows, batch, np.int32(race.seed)) if surface.rows else np.ones((MOST_STEPS, 0))
    )
    plan = _Plan(surface.fn, surface.row_costs)
    widths = np.array([high - low for low, high in surface.window])
    middle = np.array([(high + low) / 2 for low, high in surface.window])
    start, numbers = np.asarray(race.start, float), np.asarray(surface.numbers, float)
    with precisely():
        start, numbers, weights, middle, far = jax.device_put(
            (start, numbers, np.asarray(weights, float), middle, FAR * widths)
        )
        # All are under way before the first is waited for.
        under_way: list[tuple[_Track, Array, _Looks]] = []
        for walker in race.walkers:
            remember(plan, walker.optimizer, room="downhill")
            track, left = _walk(plan, walker.optimizer, _hyper(walker), start, numbers, weights, middle, far)
            under_way.append((track, left, _look(plan, track.position, numbers, weights)))
        found = jax.tree.map(np.asarray, under_way)
    lanes = [_lane(race, *one) for one in zip(race.walkers, found, strict=True)]
    return Descent(
        race=race,
        **{name: np.stack([lane[name] for lane in lanes]) for name in ARRAYS},
        terms=tuple(lane["terms"] for lane in lanes),
        left=tuple(lane["left"] for lane in lanes),
    )


ARRAYS = ("positions", "shown", "costs", "heights", "gradients", "exact", "steps")


@dataclass(frozen=True)
class _Plan:
    """What is compiled for: the cost, and that of single rows if there are any."""

    fn: Cost
    row_costs: Cost | None


class _Track(NamedTuple):
    """A walker's position and memory before the first and after each step, with a leading axis."""

    position: Array
    memory: Memory


class _Looks(NamedTuple):
    """What there is to see along a track: costs at all its places, slopes for all its steps."""

    heights: Array
    gradients: Array
    arrivals: Array
    exact: Array


def _hyper(walker: Walker) -> Hyper:
    numbers: dict[str, Any] = dict.fromkeys(Hyper._fields, np.float64(0))
    for name in ("momentum", "decay", "beta1", "beta2", "average_after"):
        numbers[name] = np.float64(getattr(walker, name))
    return Hyper(**numbers | {"learning_rate": np.float64(walker.rate)})


@partial(jax.jit, static_argnames="rows")
def _batch_weights(rows: int, batch: Array, seed: Array) -> Array:
    """Return 1 for the rows of each step's batch, else 0, (MOST_STEPS, rows); the last of a pass may be short."""
    key = jax.random.key(seed)
    per_epoch = -(-rows // batch)

    def one(step: Array) -> Array:
        turn = step % per_epoch
        place = jnp.arange(rows)
        taken = (place >= turn * batch) & (place < (turn + 1) * batch)
        return jnp.zeros(rows).at[epoch_order(key, step // per_epoch, rows)].set(taken.astype(jnp.float32))

    return jax.vmap(one)(jnp.arange(MOST_STEPS))


def _objective(plan: _Plan, numbers: Array, weight: Array) -> Callable[[Array], Array]:
    """Return the mean cost of the rows with `weight` 1; of a surface without rows, the cost."""
    row_costs = plan.row_costs
    if row_costs is None:
        return lambda point: cost_at(plan.fn, point, numbers)
    return lambda point: jnp.sum(cost_at(row_costs, point, numbers) * weight) / jnp.sum(weight)


@planned("optimizer", room="downhill", compiler_options=COMPILE_ADVANCE)
def _walk(
    plan: _Plan,
    optimizer: str,
    hyper: Hyper,
    start: Array,
    numbers: Array,
    weights: Array,
    middle: Array,
    far: Array,
) -> tuple[_Track, Array]:
    """Return a walker's track and the number of the step with which it left, or `STAYED`."""
    # The optimizers take any pytree of parameters, not only the layers of a network.
    entry: Any = OPTIMIZERS[optimizer]

    def step(carry: tuple[Array, Memory, Array], now: tuple[Array, Array]) -> Any:
        old, left = carry[:2], carry[2]
        number, weight = now
        new = entry.update(_objective(plan, numbers, weight), *old, hyper, number)
        cost = cost_at(plan.fn, new.parameters, numbers)
        real = jnp.all(jnp.isfinite(new.parameters)) & jnp.isfinite(cost)
        goes = real & (left == STAYED)
        position, memory = jax.tree.map(partial(jnp.where, goes), tuple(new), old)
        away = ~real | jnp.any(jnp.abs(position - middle) > far)
        left = jnp.where((left == STAYED) & away, number + 1, left)
        return (position, memory, left), _Track(position, memory)

    first = _Track(start, entry.start(start, hyper))
    numbered = jnp.arange(MOST_STEPS, dtype=jnp.int32), weights
    (_, _, left), track = lax.scan(step, (*first, jnp.int32(STAYED)), numbered)
    return jax.tree.map(lambda one, rest: jnp.concatenate([one[None], rest]), first, track), left


@planned(room="downhill", compiler_options=COMPILE_ADVANCE)
def _look(plan: _Plan, positions: Array, numbers: Array, weights: Array) -> _Looks:
    """Look along a track, apart from walking it: this is compiled once for all optimizers."""

    def looked(point: Array) -> tuple[Array, Array]:
        """Return each row's cost (rows,) and slope (rows, dimension); without rows, as if there were one."""
        rows = plan.row_costs or (lambda *at: plan.fn(*at)[None])

        def costs(point: Array) -> tuple[Array, Array]:
            found = cost_at(rows, point, numbers)
            return found, found

        slopes, found = jax.jacfwd(costs, has_aux=True)(point)
        return found, slopes

    # Slopes row by row: one look at a place gives those of all rows and of both batches that meet there.
    rows, slopes = jax.vmap(looked)(positions)
    heights, exact = jnp.mean(rows, axis=1), jnp.mean(slopes, axis=1)
    gradients, arrivals = exact[:-1], exact[1:]
    if plan.row_costs is not None:
        shares = weights / jnp.sum(weights, axis=1, keepdims=True)
        gradients, arrivals = (jnp.einsum("sr,srd->sd", shares, at) for at in (slopes[:-1], slopes[1:]))
    return _Looks(heights, gradients, arrivals, exact[:-1])


def _lane(race: Race, walker: Walker, found: tuple[Any, int, Any]) -> dict[str, Any]:
    """Return one walker's part of each of the fields of `Descent`."""
    (positions, memory), left_at, looks = found
    shown: Any = OPTIMIZERS[walker.optimizer].shown(positions, memory)
    costs = looks.heights if shown is positions else race.surface.costs(shown)
    places, steps = slice(race.steps + 1), slice(race.steps)
    lane: dict[str, Any] = {"steps": np.diff(positions, axis=0)[steps]}
    along = {"positions": positions, "shown": shown, "costs": costs, "heights": looks.heights}
    lane |= {name: rows[places] for name, rows in along.items()}
    lane |= {"gradients": looks.gradients[steps], "exact": looks.exact[steps]}
    seen = Seen(
        gradient=lane["gradients"],
        arrival=looks.arrivals[steps],
        step=lane["steps"],
        before=jax.tree.map(lambda rows: rows[steps], memory),
        after=jax.tree.map(lambda rows: rows[1:][steps], memory),
        betas=(walker.beta1, walker.beta2),
    )
    left = None
    if 0 < left_at <= race.steps:
        far = bool(np.any(lane["steps"][left_at - 1]))
        left = Left(int(left_at), positions[left_at], float(lane["heights"][left_at]), far)
    return {**lane, "terms": RULES[walker.optimizer].terms(seen), "left": left}
