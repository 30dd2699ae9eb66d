"""Credentials in any text: what their issuers' formats are, where one stands, and what only stands in for one."""
