"""What arrives by itself: sentences of AIS over TCP or UDP, or replayed from a file, published within a second."""
