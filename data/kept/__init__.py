"""What people keep, as the store holds it: read and written inside a transaction that the door has opened."""
