"""A chart drawn by hand: panes above one another on one span of time, series as marks on them."""
