"""Integrations that the tests share: in Idem's format, and below in AWS's member names."""

ROLE = "arn:aws:iam::123456789012:role/gateway"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:orders"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2"

HTTP_PROXY = {
    "integration_type": "HTTP_PROXY",
    "integration_uri": "https://example.com",
    "integration_method": "GET",
}
# An HTTP API requires the version of the payload.
HTTP = HTTP_PROXY | {"payload_format_version": "1.0"}
OTHER_HTTP = HTTP | {"integration_uri": "https://other.example.com"}
LAMBDA = {"integration_type": "AWS_PROXY", "integration_uri": FUNCTION}
LAMBDA_V2 = LAMBDA | {"payload_format_version": "2.0"}
QUEUE = {
    "integration_type": "AWS_PROXY",
    "integration_subtype": "SQS-SendMessage",
    "credentials_arn": ROLE,
    "payload_format_version": "1.0",
    "request_parameters": {"QueueUrl": "q", "MessageBody": "$request.body"},
}
VPC_LINK = {"connection_type": "VPC_LINK", "connection_id": "link"}
PRIVATE = HTTP | VPC_LINK | {"integration_uri": LISTENER}
MOCK = {"integration_type": "MOCK"}

HTTP_MEMBERS = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "PayloadFormatVersion": "1.0",
}
LAMBDA_MEMBERS = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationUri": FUNCTION,
    "PayloadFormatVersion": "2.0",
}
QUEUE_MEMBERS = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "CredentialsArn": ROLE,
    "PayloadFormatVersion": "1.0",
    "RequestParameters": {"QueueUrl": "url", "MessageBody": "$request.body", "DelaySeconds": "5"},
}
PRIVATE_MEMBERS = {
    **HTTP_MEMBERS,
    "ConnectionType": "VPC_LINK",
    "ConnectionId": "link",
    "IntegrationUri": LISTENER,
}
TLS_MEMBERS = {"TlsConfig": {"ServerNameToVerify": "example.com"}}
SOCKET_LAMBDA_MEMBERS = {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION}
SOCKET_HTTP_MEMBERS = {**HTTP_MEMBERS, "IntegrationType": "HTTP"}
