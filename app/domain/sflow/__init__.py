"""Reading and writing sFlow version 5."""
