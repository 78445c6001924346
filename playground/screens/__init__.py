"""What stands around the player on the pages: controls, links between pages, long work and its results."""
