"""Measurements that the documents quote; `make bench` runs them."""
