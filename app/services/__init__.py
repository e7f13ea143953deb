"""What can be done: one function, one intention, one transaction. All SQL lives here."""
