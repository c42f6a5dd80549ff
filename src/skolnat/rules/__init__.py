"""Dated, sourced parameters: law, money, forms of cooperation and assumptions."""
