"""The training station: the field under the scope, the monitor that shows it, hands and panels."""
