import idem_apigwv2_integration.loading as loading


def __init__(hub):
    loading.take_over(hub.states.aws.apigatewayv2, __file__)
