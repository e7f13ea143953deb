"""A small exchange for trying the portal, made of documentation ASNs and addresses only.

It enters through the same doors as real data: a member export, and what switches send to a
collector.
"""
