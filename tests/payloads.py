"""Integrations that the tests share: `HTTP` in Idem's format, the others in AWS's member names."""

HTTP = {
    "integration_type": "HTTP_PROXY",
    "integration_uri": "https://example.com",
    "integration_method": "GET",
    "payload_format_version": "1.0",
}

ARN = "arn:aws:iam::123456789012:role/role"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
PROXY = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "PayloadFormatVersion": "1.0",
}
FUNCTION = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationUri": LAMBDA,
    "PayloadFormatVersion": "2.0",
}
QUEUE = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "CredentialsArn": ARN,
    "PayloadFormatVersion": "1.0",
    "RequestParameters": {"QueueUrl": "url", "MessageBody": "$request.body", "DelaySeconds": "5"},
}
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"
PRIVATE = {
    **PROXY,
    "ConnectionType": "VPC_LINK",
    "ConnectionId": "link",
    "IntegrationUri": LISTENER,
}
TLS = {"TlsConfig": {"ServerNameToVerify": "example.com"}}
SOCKET_LAMBDA = {"IntegrationType": "AWS_PROXY", "IntegrationUri": LAMBDA}
SOCKET_HTTP = {**PROXY, "IntegrationType": "HTTP"}
