"""The command `idem-apigwv2`: checks of SLS files and of the results of `idem state`, for pipelines."""
