"""Runs code that logs predictions, and tells what of it would arrive in CloudWatch Logs.

Standard input: a JSON array of {"place", "setup", "code"} (see ways.yaml). Standard output: for each, in one line,
a JSON array of the log events' messages. Each runs in a process of its own, since loggers are global.
"""

import importlib.abc
import importlib.machinery
import json
import os
import struct
import sys
import textwrap
import traceback
import types
from datetime import datetime, timezone

import time_machine

PREDICTIONS = (0.97, 0.41)
CUT_OFF = 0.8

# On Lambda, a module that a handler is in; elsewhere just as well.
MODULE = """
import json, logging
import numpy as np
logger = logging.getLogger()
logger.setLevel(logging.INFO)
cut_off = {cut_off}
{setup}
def handler(event, context):
    probability = event["probability"]
    ok = probability >= cut_off
{code}
"""

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_EMF_ENVIRONMENT": "local",
    "TZ": "UTC",
    # Loggers ask whether colours are wanted.
    "TERM": "dumb",
}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the module with the code to run."""

    def __init__(self, name, source):
        self.name, self.source = name, source

    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == self.name else None

    def exec_module(self, module):
        exec(compile(self.source, "/var/task/predict.py", "exec"), module.__dict__)


def run_process():
    import predict

    for probability in PREDICTIONS:
        predict.handler({"probability": probability}, None)


def run_lambda(log_format, frames):
    """Lambda's own loop, with a client that has a few invocations and then no more."""
    os.environ["AWS_LAMBDA_LOG_FORMAT"] = log_format
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "churn"
    # Beside standard output, Lambda gives its runtimes a channel on which the length of a message is known.
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(frames)
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

    waiting = list(PREDICTIONS)

    class Client:
        marshaller = LambdaMarshaller()

        def wait_next_invocation(self):
            if not waiting:
                raise SystemExit
            invocation = types.SimpleNamespace(
                invoke_id="8f3e41d2",
                event_body=json.dumps({"probability": waiting.pop(0)}),
                content_type="application/json",
                deadline_time_in_ms="1900000000000",
                invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:churn",
            )
            for name in ("x_amzn_trace_id", "client_context", "cognito_identity", "tenant_id", "invocation_id"):
                setattr(invocation, name, None)
            return invocation

        def post_invocation_result(self, *_, **__):
            pass

        def post_invocation_error(self, *arguments, **_):
            raise SystemExit(f"the handler failed: {arguments}")

        post_init_error = post_invocation_error

    bootstrap.run("predict.handler", Client())


def capture_put_log_events(sent):
    """What AWS's SDK would send: its events go into `sent`, and nothing goes anywhere."""
    import botocore.client

    def make_api_call(client, operation, parameters):
        for event in parameters.get("logEvents", []):
            os.write(sent, (json.dumps(event["message"]) + "\n").encode())
        return {}

    botocore.client.BaseClient._make_api_call = make_api_call


def child(way, output, frames, sent):
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(ENVIRONMENT)
    os.getpid = lambda: 7
    code = textwrap.indent(way["code"], "    ")
    source = MODULE.format(cut_off=CUT_OFF, setup=way.get("setup") or "", code=code)
    sys.meta_path.insert(0, Finder("predict", source))
    capture_put_log_events(sent)
    status = 0
    with time_machine.travel(datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone.utc), tick=False):
        try:
            if way["place"] == "process":
                run_process()
            else:
                run_lambda(way["place"].removeprefix("lambda-").upper(), frames)
        except SystemExit as end:
            status = 1 if end.code else 0
            if end.code:
                print(end.code, file=sys.stderr)
        except BaseException:
            status = 1
            traceback.print_exc()
        import logging

        logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def frames_in(data):
    """The messages of Lambda's channel: 4 bytes type, 4 bytes length, 8 bytes time, then the message."""
    while data:
        length = struct.unpack(">I", data[4:8])[0]
        yield data[16 : 16 + length].decode()
        data = data[16 + length :]


def events_of(way):
    pipes = [os.pipe() for _ in range(3)]
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        try:
            child(way, *(write for _, write in pipes))
        finally:
            os._exit(1)
    for _, write in pipes:
        os.close(write)
    # What a few predictions print fits into the pipes, so they can be read one after the other.
    output, frames, sent = (os.fdopen(read, "rb").read() for read, _ in pipes)
    _, status = os.waitpid(process, 0)
    lines = output.decode().splitlines()
    if status != 0:
        raise SystemExit("\n".join([f"{way['place']}: {way['code']}", *lines]))
    return [*lines, *frames_in(frames), *(json.loads(line) for line in sent.decode().splitlines())]


def main():
    # Read once, before the forks; none of these sets up logging.
    import boto3  # noqa: F401
    import numpy  # noqa: F401

    for way in json.load(sys.stdin):
        print(json.dumps(events_of(way)))


main()
