"""The ways from each older schema to the next; written by hand, run when a store is opened."""
