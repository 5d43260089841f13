"""What the station promises in numbers, measured: ``python -m benchmarks``."""
