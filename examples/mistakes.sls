# Four mistakes: all are reported at once, and nothing is sent.
broken:
  aws.apigatewayv2.integration.present:
    - api_id: API_ID
    - integration_type: HTTP_PROXI
    - integration_url: https://orders.example.com
    - payload_format_version: 1.0
    - timeout_in_millis: 60000
