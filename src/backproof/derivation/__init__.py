"""explain: the chain rule as a list of steps, each proved; drawn as text, Markdown, LaTeX, HTML, JSON or a NumPy program."""
