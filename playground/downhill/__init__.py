"""Going downhill by itself: cost surfaces of one and two weights, and optimizers that race on them."""
