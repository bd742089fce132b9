"""Who may come in: key files, passwords, sign-in, sessions and tickets, certificates."""
