"""Checks the proved claims of a result, from the problem and whole numbers alone.

A certificate holds prices: one whole number for each class of equal stays. They prove a bound by one
inequality (a Lagrangian relaxation; docs/explanation/proofs.md derives it). Every plan satisfies::

    parts * (gap * G + move * (M + stays without a room) + upgrade * U)  >=  L
    L = prices of all movable stays + sum over rooms of the length of the room's shortest path

where G is the gap cost of the plan in units, M its moves and U its upgrades. The path of a room leads through
the mornings; it pays for gaps, moves and upgrades, and earns the price of each stay that it takes. `check`
computes L itself, so that wrong prices can only prove less. No solver and only the standard library are
needed. `hotel` is an `optimizer_core.domain.Problem`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from optimizer_core.certificate import Certificate, Cut, Inequality, Proved, Refused

FAR = 1 << 256
"""Length of a path that does not exist; far above any sum of a certificate's numbers."""

Arc = tuple[int, int, int]
"""First node, and cost under the inequality and under `Certificate.within`."""
Arcs = list[list[Arc]]
"""The arcs that enter each node. Three nodes stand for morning t: at 3t a stay has left, at 3t+1 the room is
empty at no cost, at 3t+2 a stay is due. A path starts at node 1; every arc leads to a higher node; the last
node ends the schedule."""


def check(
    hotel: Any, certificate: Certificate, *, value: Fraction | None = None, upgrades: int | None = None
) -> Proved:
    """Return what a certificate proves about the plans of a hotel within its limit on moves.

    Parameters
    ----------
    hotel
        The problem, its policy included.
    certificate
        Prices of this problem.
    value
        Value in points: `Proved.moves` holds for plans of at most this value. None proves no moves.
    upgrades
        Most stays outside their own type of the plans for which bound and moves hold. None for any number;
        ignored if upgrades have a price.

    Raises
    ------
    Refused
        If the certificate is not well formed, or belongs to another problem.
    """
    if certificate.problem_digest != hotel.digest:
        raise Refused("the certificate belongs to another problem: its digest differs")
    every, few = View(hotel, certificate, None), View(hotel, certificate, upgrades)
    bound, fewest, moves, is_infeasible, cut = None, every.constant, None, False, None
    if (q := certificate.infeasible) and not q.gap:
        relaxation = Relaxation(every, q)
        is_infeasible = relaxation.total() > q.parts * every.most(q, 0, every.most_moves, every.most_upgrades)
        cut = relaxation.cut() if is_infeasible and not q.move + q.upgrade else None
    if (q := certificate.upgrades) and q.upgrade and not q.gap:
        missing = Relaxation(every, q).total() - q.parts * every.most(q, 0, every.most_moves, 0)
        fewest = every.constant + max(0, _ceil(missing, q.parts * q.upgrade))
    if (q := certificate.value) and q.gap:
        missing = Relaxation(few, q).total() - q.parts * few.most(q, 0, few.most_moves, few.most_upgrades)
        bound = Fraction(max(0, _ceil(missing, q.parts * q.gap)) + few.beside, few.scale)
    if certificate.moves and value is not None:
        moves = _fewest_moves(few, certificate.moves, certificate.within, int(value * few.scale) - few.beside)
    return Proved(bound, fewest, moves, is_infeasible, cut)


def _fewest_moves(view: View, q: Inequality, within: Inequality | None, value: int) -> int | None:
    """Return the least number of moves among plans of a value; None if nothing is proved."""
    relaxation, slack = Relaxation(view, q, within), None
    if within is not None:
        most = view.most(within, value, view.most_moves, view.most_upgrades)
        slack = within.parts * most - relaxation.total(1)
    step = q.move - q.gap * view.move_price  # if moves have a price, they are part of the value already
    missing = relaxation.total(0, slack) - q.parts * view.most(q, value, 0, view.most_upgrades)
    return max(0, _ceil(missing, q.parts * step)) if step > 0 and missing < FAR // 2 else None


class View:
    """A hotel as certificates see it, for plans of at most `upgrades` upgrades (None for no limit)."""

    def __init__(self, hotel: Any, certificate: Certificate, upgrades: int | None) -> None:
        self.hotel, self.certificate, self.scale = hotel, certificate, certificate.scale
        policy, default = hotel.policy, hotel.minimum_stay.default_nights
        prices = [Fraction(price or 0) * self.scale for price in (policy.move_price, policy.upgrade_price)]
        longest = min(max((*hotel.minimum_stays, default)), 21)
        if self.scale % (1 << longest) or any(price.denominator > 1 for price in prices):
            raise Refused(f"Scale {self.scale} does not make every cost of this problem a whole number")
        self.move_price, self.upgrade_price = (price.numerator for price in prices)
        self.kind_of = [room.room_type for room in hotel.rooms]
        self.nights = [(hotel.night(stay.arrival), hotel.night(stay.departure)) for stay in hotel.stays]
        self.home = [hotel.room_index.get(stay.current_room) for stay in hotel.stays]
        self.types = [hotel.allowed_types(stay) for stay in hotel.stays]
        self.movable = [s for s, stay in enumerate(hotel.stays) if not hotel.is_fixed(stay)]
        movable = set(self.movable)
        self.fixed: list[list[tuple[int, int]]] = [[] for _ in hotel.rooms]
        self.constant, self.most_upgrades = 0, 0  # upgrades of every plan, and most further ones
        for s, stay in enumerate(hotel.stays):
            if s not in movable:
                self.fixed[self.home[s]].append(self.nights[s])
                self.constant += stay.is_upgrade(self.kind_of[self.home[s]])
            elif len(self.types[s]) == 1:
                self.constant += stay.is_upgrade(self.types[s][0])
            else:
                self.most_upgrades += 1
        if upgrades is not None and policy.upgrade_price is None:
            self.most_upgrades = min(self.most_upgrades, max(0, upgrades - self.constant))
        self.without_room = sum(self.home[s] is None for s in self.movable)
        self.most_moves = len(self.movable) - self.without_room
        if policy.max_moves is not None:
            self.most_moves = min(self.most_moves, policy.max_moves)
        apart = sum(map(self.certainly_apart, hotel.groups.values()))
        self.beside = self.upgrade_price * self.constant + apart * (100 << min(default, 21)) * self.scale

    def may_have(self, s: int, kind: str) -> bool:
        """Return whether a stay may have a room of a type, in plans within the limit on upgrades."""
        return kind in self.types[s] and (self.most_upgrades > 0 or not self.is_choice(s, kind))

    def is_choice(self, s: int, kind: str) -> bool:
        """Return whether a type is an upgrade that another choice would avoid."""
        return len(self.types[s]) > 1 and bool(self.hotel.stays[s].is_upgrade(kind))

    def certainly_apart(self, members: Sequence[Any]) -> int:
        """Return how many members of a group have no neighbor from it in any plan."""
        rooms = [self.rooms_of(self.hotel.stay_index[member.stay_id]) for member in members]
        near = [
            {self.hotel.room_index[n] for r in mine for n in self.hotel.rooms[r].adjacent} for mine in rooms
        ]
        return sum(
            all(i == j or not near[i] & rooms[j] for j in range(len(rooms))) for i in range(len(rooms))
        )

    def rooms_of(self, s: int) -> set[int]:
        """Return the rooms that a stay may have, given the fixed stays."""
        if self.hotel.is_fixed(self.hotel.stays[s]):
            return {self.home[s]}
        first, last = self.nights[s]
        free = {r for r, held in enumerate(self.fixed) if all(b <= first or last <= a for a, b in held)}
        return {r for r in free if self.may_have(s, self.kind_of[r])}

    def most(self, q: Inequality, value: int, moves: int, upgrades: int) -> int:
        """Return an upper bound on the left side (without `parts`), for plans of a value besides `beside`.

        A gap cost of at most ``value - move_price * M - upgrade_price * U`` is left for their gaps.
        """
        over_move = max(0, q.move - q.gap * self.move_price)
        over_upgrade = max(0, q.upgrade - q.gap * self.upgrade_price)
        return q.gap * value + q.move * self.without_room + over_move * moves + over_upgrade * upgrades


@dataclass(slots=True)
class PricedClass:
    """Stays with equal nights and types, or a single stay; with their current rooms."""

    stays: list[int]
    homes: set[int]
    prices: list[int] = field(default_factory=list)


class Relaxation:
    """One inequality, or two with equal classes: of the moves, and `Certificate.within`."""

    def __init__(self, view: View, q: Inequality, within: Inequality | None = None) -> None:
        self.view, self.both = view, (q, within or q)
        kinds = view.certificate.kinds
        by_key = [{(a, b, *kinds[kind]): price for a, b, kind, price in q.prices} for q in self.both]
        by_stay = [{stay: price for stay, price in q.alone} for q in self.both]  # noqa: C416
        alone = {s for prices in by_stay for s in prices}
        found: dict[tuple[object, ...], PricedClass] = {}
        for s in view.movable:
            key = (*view.nights[s], view.hotel.stays[s].room_type, view.types[s])
            same = found.setdefault((key, s if s in alone else None), PricedClass([], set()))
            same.stays.append(s)
            same.homes |= {view.home[s]} - {None}
            same.prices = [of.get(s, by.get(key, 0)) for of, by in zip(by_stay, by_key, strict=True)]
        if not alone <= set(view.movable) or not set().union(*by_key) <= {key for key, _ in found}:
            raise Refused("a price is given to a stay or a class that this problem does not have")
        self.classes = list(found.values())

    def total(self, which: int = 0, slack: int | None = None) -> int:
        """Return L, without arcs whose reduced cost under the second inequality is above the slack."""
        total = sum(len(c.stays) * c.prices[which] for c in self.classes)
        for arcs, number in self.rooms():
            total += number * forward(arcs if slack is None else _within(arcs, slack), which + 1)[-1]
        return total

    def rooms(self) -> Iterator[tuple[Arcs, int]]:
        """Yield the arcs of each set of equal rooms, and the number of these rooms."""
        at_home: list[list[int]] = [[] for _ in self.view.kind_of]
        for k, c in enumerate(self.classes):
            for room in c.homes:
                at_home[room].append(k)
        rows = zip(self.view.kind_of, map(tuple, self.view.fixed), map(tuple, at_home), strict=True)
        shared = {kind: self.arcs_of(kind) for kind in self.view.hotel.room_types}
        for (kind, fixed, homes), number in Counter(rows).items():
            yield self.arcs_around(shared[kind], kind, fixed, homes), number

    def arcs_of(self, kind: str) -> Arcs:
        """Return the arcs of a room of a type without current stays."""
        view, minimum, horizon = self.view, self.view.hotel.minimum_stays, self.view.hotel.num_nights
        arcs: Arcs = [[] for _ in range(3 * horizon + 4)]
        mine = [c for c in self.classes if view.may_have(c.stays[0], kind)]
        held = [span for r, spans in enumerate(view.fixed) if view.kind_of[r] == kind for span in spans]
        spans = [*held, *(n for n, of in zip(view.nights, view.types, strict=True) if kind in of)]
        arriving = {first for first, _ in spans}
        stays: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for c in mine:
            stays.setdefault(view.nights[c.stays[0]], []).append(self.cost(c, kind, is_home=False))
        for (first, last), costs in stays.items():
            lowest: list[tuple[int, int]] = []  # drop pairs of costs that another pair undercuts in both
            for cost in sorted(costs):
                if not lowest or cost[1] < lowest[-1][1]:
                    lowest.append(cost)
            arcs[3 * last] += [(3 * first + 2, *cost) for cost in lowest]
        for t in range(horizon + 1):
            arcs[3 * t + 2] += [(3 * t, 0, 0), (3 * t + 1, 0, 0)]
            arcs[3 * t + 4 if t < horizon else -1].append((3 * t + 1, 0, 0))
        for t in {last for _, last in spans}:
            arcs[-1].append((3 * t, 0, 0))
            least = minimum[t] if t < horizon else 0
            if t + 2 * least < horizon:
                arcs[3 * (t + 2 * least + 1) + 1].append((3 * t, 0, 0))
            for head in arriving & set(range(t + 1, t + 2 * least + 1)):
                gap = _gap_cost(least, head - t, view.scale)
                arcs[3 * head + 2].append((3 * t, *(q.parts * q.gap * gap for q in self.both)))
        return arcs

    def arcs_around(
        self, shared: Arcs, kind: str, fixed: Sequence[tuple[int, int]], homes: Sequence[int]
    ) -> Arcs:
        """Return the arcs of a room around its fixed stays; classes with a stay there now cost no move."""
        view, arcs = self.view, list(shared)
        for c in (self.classes[k] for k in homes):
            if view.may_have(c.stays[0], kind):
                first, last = view.nights[c.stays[0]]
                arcs[3 * last] = [*arcs[3 * last], (3 * first + 2, *self.cost(c, kind, is_home=True))]
        taken = {night for first, last in fixed for night in range(first, last)}
        free_from = 0
        for head, entering in enumerate(arcs):
            if head % 3 == 0 and head // 3 - 1 in taken:
                free_from = head
            if free_from:
                arcs[head] = [arc for arc in entering if arc[0] >= free_from]
        for first, last in fixed:
            arcs[3 * last] = [(3 * first + 2, 0, 0)]
        return arcs

    def cost(self, c: PricedClass, kind: str, *, is_home: bool) -> tuple[int, int]:
        """Return the cost less the price of a class in a room, under both inequalities."""
        is_upgrade = self.view.is_choice(c.stays[0], kind)
        both = zip(self.both, c.prices, strict=True)
        costs = [q.parts * (q.move * (not is_home) + q.upgrade * is_upgrade) - price for q, price in both]
        return costs[0], costs[1]

    def cut(self) -> Cut:
        """Return where rooms are missing; dropping a stay lowers L by at most its price."""
        priced = [c for c in self.classes if c.prices[0] > 0]
        spans = [self.view.nights[c.stays[0]] for c in priced]
        first, last = max(a for a, _ in spans), min(b for _, b in spans)
        if first >= last:  # they share no night
            first, last = min(spans)[0], max(b for _, b in spans)
        allowed = {kind for c in priced for kind in self.view.types[c.stays[0]]}
        types = tuple(kind for kind in self.view.hotel.room_types if kind in allowed)
        return Cut(first, last - 1, types, _ceil(self.total(), max(c.prices[0] for c in priced)))


def forward(arcs: Arcs, which: int) -> list[int]:
    """Return the distance of every node from the start, under the first or the second cost."""
    distance = [FAR] * len(arcs)
    distance[1] = 0
    for head, entering in enumerate(arcs):
        if entering:
            distance[head] = min([FAR, *[distance[arc[0]] + arc[which] for arc in entering]])
    return distance


def _within(arcs: Arcs, slack: int) -> Arcs:
    """Return the arcs on paths longer than the shortest by at most the slack, by second costs."""
    behind, ahead = forward(arcs, 2), [FAR] * len(arcs)
    ahead[-1] = 0
    for head in range(len(arcs) - 1, 0, -1):
        for tail, _, cost in arcs[head]:
            ahead[tail] = min(ahead[tail], cost + ahead[head])
    most = [behind[-1] + slack - rest for rest in ahead]
    return [[a for a in arcs[head] if behind[a[0]] + a[2] <= most[head]] for head in range(len(arcs))]


def _ceil(number: int, divisor: int) -> int:
    return -(-number // divisor)


def _gap_cost(least: int, nights: int, scale: int) -> int:
    """Return the cost of a gap of 1 to 2m nights: a power of 2 up to a minimum stay of m = 21 nights."""
    is_orphan = nights < least
    if least <= 21:
        power = least - nights + is_orphan
        return scale << power if power >= 0 else scale >> -power
    # Longer ones fall along the lines between the powers of 2, in parts of 2^-21 points.
    power = 42 - 21 * nights // least
    upper = (1 << power) * (2 * least - 21 * nights % least)
    return (scale >> 21) * ((upper * (1 + is_orphan)) // (2 * least) + 2 * least - nights)
