"""For authors of backends: a conformance kit, named small hotels and a brute-force oracle."""

from optimizer_core.testing.conformance import BackendConformance
from optimizer_core.testing.generator import random_hotel
from optimizer_core.testing.instances import CATALOG, Instance
from optimizer_core.testing.oracle import BestPlan, best_plan, enumerate_plans
from optimizer_core.testing.strategies import ALL_FEATURES, Features, tiny_hotels

__all__ = [
    "ALL_FEATURES",
    "CATALOG",
    "BackendConformance",
    "BestPlan",
    "Features",
    "Instance",
    "best_plan",
    "enumerate_plans",
    "random_hotel",
    "tiny_hotels",
]
