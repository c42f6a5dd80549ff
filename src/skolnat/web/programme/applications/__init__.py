"""Calls, applications by groups of municipalities, reviews, decisions and chosen pilots."""
