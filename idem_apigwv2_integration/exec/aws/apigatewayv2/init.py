import idem_apigwv2_integration.loading as loading


def __init__(hub):
    loading.take_over(hub.exec.aws.apigatewayv2, __file__)
    # See `aws/account.py`. It is part of the hub, and not of a module, because it refers to it: the
    # hub of an ended run would stay in memory.
    hub.exec.aws.apigatewayv2.init.ACCOUNTS = {}
