"""Several runs at once: lanes side by side, many seeds, grids of settings, and the surface they descend on."""
