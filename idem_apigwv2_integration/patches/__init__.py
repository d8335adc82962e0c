"""What pop, Idem and idem-aws have to be bent for: a module for each fault.

The contracts call these functions from where pop looks for contracts. None of them does anything with
``IDEM_APIGWV2_CONTRACTS=off``, and each can be removed when its fault is corrected.
"""
