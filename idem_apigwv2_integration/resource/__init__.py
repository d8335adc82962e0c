"""Any resource of API Gateway v2, as pure functions of plain values: no hub and no I/O."""
