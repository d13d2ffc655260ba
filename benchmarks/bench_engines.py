"""Organization-months a second of both engines on the baseline, in one run, and the ratio."""

from __future__ import annotations

import os
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import coalsim as cs


def rate(engine: str, replicates: int) -> float:
    p = cs.Parameters()
    began = time.perf_counter()
    cs.simulate(p, replicates, seed=1, engine=engine)
    return replicates * p.field.organizations * p.simulation.months / (time.perf_counter() - began)


def main() -> None:
    for engine in ("numpy", "mesa"):
        rate(engine, 2)  # warm up
    pairs = [(rate("mesa", 10), rate("numpy", 500)) for _ in range(3)]
    mesa, numpy = (sorted(side)[1] for side in zip(*pairs, strict=True))
    print(f"mesa  {mesa:12,.0f} organization-months/s (median of 3, 10 runs each)")
    print(f"numpy {numpy:12,.0f} organization-months/s (median of 3, 500 runs each)")
    print(f"ratio {sorted(n / m for m, n in pairs)[1]:12.1f} (median of 3)")


if __name__ == "__main__":
    main()
