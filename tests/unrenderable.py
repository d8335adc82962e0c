"""SLS files that Idem can't run, each with a part of what `idem-apigwv2 validate` says of it."""

FILES = {
    "undefined": ("it: {{ nope }}", "Jinja variable: 'nope' is undefined"),
    "jinja": ("{% if %}", "Jinja syntax error"),
    "yaml": ("it: [a", "Yaml render error"),
    "list": ("- a\n- b\n", "Check its form: a map from each state ID to TYPE.FUNCTION"),
    "names": (
        "it:\n  aws.apigatewayv2.integration.present:\n  - names: 5\n",
        "names are lists of strings.",
    ),
    "text": ("it: just text\n", "ID it in SLS text.sls is not a dictionary"),
    "missing": ("include:\n  - nowhere\n", "Could not find SLS ref 'nowhere'"),
    "mapping": (
        "it:\n  aws.apigatewayv2.integration.present:\n    api_id: a\n",
        "it: aws.apigatewayv2.integration.present is not a list of arguments; write each as "
        "`- NAME: VALUE`",
    ),
    "nothing": (
        "it:\n  aws.apigatewayv2.integration.present:\n",
        "it: aws.apigatewayv2.integration.present is not a list of arguments",
    ),
    "code": (
        "it:\n  aws.apigatewayv2.integration.present:\n  - response_parameters: {500: {}}\n",
        "it: The key 500 of response_parameters is 500, a number: it must be a string, in quotes: ",
    ),
    "other": (
        "it:\n  aws.apigatewayv2.stage.present:\n  - route_settings: [{a: {500: b}}]\n",
        "it: the key 500 of aws.apigatewayv2.stage is not a string. Idem stops at it before it runs any "
        "state; write it in quotes: '500'.",
    ),
    "number": (
        "5:\n  aws.apigatewayv2.integration.present: []\n",
        "the state ID 5 is not a string. Idem stops at it before it runs any state; write it in quotes: "
        "'5'.",
    ),
    "function": (
        "it:\n  aws.apigatewayv2.integration.presnt: []\n",
        "it: function is 'presnt': it must be one of present, absent, search; did you mean present?",
    ),
    "resource": (
        "it:\n  aws.apigatewayv2.integraton.present: []\n",
        "it: aws.apigatewayv2.integraton is no resource type: did you mean aws.apigatewayv2.integration",
    ),
}
