"""The whole method: the best plan of a hotel, its fewest moves, and the trade-off of moves and gap cost."""

from optimizer_core.planning.answer import Answer
from optimizer_core.planning.curve import TradePoint, trade_off
from optimizer_core.planning.method import find_plan

__all__ = ["Answer", "TradePoint", "find_plan", "trade_off"]
