"""What a person sees: pages and their parts."""
