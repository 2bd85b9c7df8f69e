"""Parts of a chart drawn by hand on pyqtgraph: each draws from numpy columns in one pass, with 1-px pens."""
