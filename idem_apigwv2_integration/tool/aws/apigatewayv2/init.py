import idem_apigwv2_integration.patches.precedence as precedence


def __init__(hub):
    precedence.take_over(hub.tool.aws.apigatewayv2, __file__)
