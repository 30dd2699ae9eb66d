"""Exceptions to rules: asked for, approved, compensated, shown and ended. Never hidden and never for ever."""
