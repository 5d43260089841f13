"""How late a timer of 1 ms is on this machine now. usage: python -m benchmarks.load.probe

As urgent as the station's loop, where it may be: it feels what that feels. Runs until its standard input ends.
"""

import json
import select
import sys
import time

from service import priority

PERIOD_S = 0.001


def main() -> None:
    priority.lead()
    late: list[float] = []
    while True:
        began = time.perf_counter()
        if select.select([sys.stdin], [], [], PERIOD_S)[0]:
            break
        late.append(time.perf_counter() - began - PERIOD_S)
    late = sorted(late) or [0.0]
    p50, p99 = (round(1000 * late[int(len(late) * share)], 3) for share in (0.5, 0.99))
    print(json.dumps({"p50_ms": p50, "p99_ms": p99}))


if __name__ == "__main__":
    main()
