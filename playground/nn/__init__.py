"""The network and everything that trains it: pure functions over plain pytrees, in JAX."""
