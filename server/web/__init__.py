"""HTTP beside the websockets: signing in, tickets, invitations, health, metrics."""
