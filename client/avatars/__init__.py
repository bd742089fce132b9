"""The bodies that people see of each other: poses, faces and their one draw item each."""
