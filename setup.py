import pathlib
import runpy

import setuptools

ROOT = pathlib.Path(__file__).parent
PACKAGE = "idem_apigwv2_integration"


def requirements(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


setuptools.setup(
    name="idem-apigwv2-integration",
    version=runpy.run_path(str(ROOT / PACKAGE / "version.py"))["version"],
    description="Integrations of AWS API Gateway v2, managed as code with Idem",
    long_description=(ROOT / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10",
    install_requires=requirements("base"),
    # What the mock server in tests/ needs.
    extras_require={"mock": requirements("mock")},
    entry_points={"console_scripts": [f"idem-apigwv2={PACKAGE}.command.main:main"]},
    # pop plugins live in plain directories without __init__.py.
    packages=setuptools.find_namespace_packages(include=[f"{PACKAGE}*"]),
    classifiers=[
        "License :: OSI Approved :: Apache Software License",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: System :: Systems Administration",
    ],
)
