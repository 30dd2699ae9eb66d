"""What people do about decisions: approvals, exceptions and recalls, with the stores they need."""
