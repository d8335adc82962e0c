"""What pop, Idem and idem-aws have to be bent for: a module for each fault.

The contracts call these functions from where pop looks for contracts; with
``IDEM_APIGWV2_CONTRACTS=off`` none of them does anything. Each can be removed when its fault is corrected.
"""
