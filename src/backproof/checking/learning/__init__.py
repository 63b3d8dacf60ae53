"""Phase 9: does a right program reach its aim, and if not, which change helps?"""
