"""Any resource of API Gateway v2, as pure functions of plain values: no hub and no network.

Only `type` reads files: botocore's model of the service.
"""
