"""The exactness bars, on a real station in processes of its own: ``python -m benchmarks accept``."""
