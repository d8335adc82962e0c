# Finds an existing integration by its URI, so that other states can refer to it.
found:
  aws.apigatewayv2.integration.search:
    - api_id: API_ID
    - integration_uri: arn:aws:lambda:us-east-1:123456789012:function:prices
