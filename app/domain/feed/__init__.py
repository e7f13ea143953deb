"""What a live feed tells beside its samples: who sends them, what is lost, what has no place."""
