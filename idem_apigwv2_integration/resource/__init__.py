"""What an integration is: plain functions of plain values, without a hub and without I/O."""
