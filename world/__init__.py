"""What is true in a clinic: pure rules on plain data, shared by server and client."""
