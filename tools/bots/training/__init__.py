"""Bots that practise: they see what a trainee sees and ask through the same inputs."""
