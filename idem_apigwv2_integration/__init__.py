"""Integrations of AWS API Gateway v2, managed as code with Idem."""
