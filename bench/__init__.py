"""Benchmarks: each goal of the product as a figure, beside a peer or a floor measured in the same run."""
