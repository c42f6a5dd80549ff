"""Everything read from outside: reference tables that ship, and a municipality's workbook."""
