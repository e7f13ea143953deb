"""HTTP doors: translate a request, call one service, render."""
