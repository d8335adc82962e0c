# An HTTP API and integrations of several kinds.

shop:
  aws.apigatewayv2.api.present:
    - protocol_type: HTTP

# An HTTP endpoint. A header is added to the request, and the status of the response is changed.
orders:
  aws.apigatewayv2.integration.present:
    - api_id: ${aws.apigatewayv2.api:shop:resource_id}
    - integration_type: HTTP_PROXY
    - integration_method: ANY
    - integration_uri: https://orders.example.com/{proxy}
    - payload_format_version: '1.0'
    - timeout_in_millis: 5000
    - request_parameters:
        append:header.x-shop: "'front'"
        overwrite:path: $request.path.proxy
    - response_parameters:
        '404':
          overwrite:statuscode: '204'

# A Lambda function that receives the whole request.
prices:
  aws.apigatewayv2.integration.present:
    - api_id: ${aws.apigatewayv2.api:shop:resource_id}
    - integration_type: AWS_PROXY
    - integration_uri: arn:aws:lambda:us-east-1:123456789012:function:prices
    - payload_format_version: '2.0'

# A queue, without a Lambda function.
audit:
  aws.apigatewayv2.integration.present:
    - api_id: ${aws.apigatewayv2.api:shop:resource_id}
    - integration_type: AWS_PROXY
    - integration_subtype: SQS-SendMessage
    - credentials_arn: arn:aws:iam::123456789012:role/shop-gateway
    - payload_format_version: '1.0'
    - request_parameters:
        QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/audit
        MessageBody: $request.body

# A private load balancer, over a VPC link and TLS.
stock:
  aws.apigatewayv2.integration.present:
    - api_id: ${aws.apigatewayv2.api:shop:resource_id}
    - integration_type: HTTP_PROXY
    - integration_method: GET
    - integration_uri: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/stock/1/2
    - connection_type: VPC_LINK
    - connection_id: vpclink1
    - payload_format_version: '1.0'
    - tls_config:
        ServerNameToVerify: stock.example.com

orders-route:
  aws.apigatewayv2.route.present:
    - api_id: ${aws.apigatewayv2.api:shop:resource_id}
    - route_key: ANY /orders/{proxy+}
    - target: integrations/${aws.apigatewayv2.integration:orders:resource_id}
