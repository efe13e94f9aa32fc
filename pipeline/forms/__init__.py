"""The mandated forms as data, and what a printed label means in them."""
