"""Core: the words the whole house uses. Standard library only; imports no other room."""
