"""Findings as data (`finding`), and what draws them: `text`, `json`, `html`, `diff`."""
