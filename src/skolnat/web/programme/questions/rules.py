"""Who may do what with questions. Asking and voting need no account."""

from __future__ import annotations

from rules.permissions import add_perm

from skolnat.web.accounts.rules import is_officer

add_perm("questions.moderate", is_officer)
