"""How late a timer of 1 ms is on this machine now. usage: python -m benchmarks.load.probe SECONDS"""

import json
import sys
import time


def main(seconds: float) -> None:
    late = []
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        time.sleep(0.001)
        late.append(time.perf_counter() - now - 0.001)
    late.sort()
    print(
        json.dumps(
            {"p50_ms": round(1000 * late[len(late) // 2], 3), "p99_ms": round(1000 * late[int(len(late) * 0.99)], 3)}
        )
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
