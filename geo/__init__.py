"""The vocabulary and the mathematics: pure values and arrays, no IO, no picture."""
