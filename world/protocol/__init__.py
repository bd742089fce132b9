"""The wire: messages, their bytes, session states and motion snapshots."""
