"""The player: one component in the browser that shows frames, and the session that makes them for it."""
