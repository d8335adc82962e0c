# Finds an integration by what is known of it, for use in other states.
found:
  aws.apigatewayv2.integration.search:
    - api_id: API_ID
    - integration_uri: arn:aws:lambda:us-east-1:123456789012:function:prices
