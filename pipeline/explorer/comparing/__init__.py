"""Two reports held against each other: their words, what one has of the other, their figures."""
