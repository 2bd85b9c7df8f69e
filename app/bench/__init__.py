"""Benchmarks: what Pitwall does in a second, beside what its peer does with the same work in the same run."""
