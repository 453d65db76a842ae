#!/usr/bin/env python3
"""A lake in an S3 bucket gives the same indicators as one in a folder. The bucket is moto's, an S3 of its own in Python.

usage: judge_remote.py KORIDOR_BINARY LANDING_FOLDER LOCAL_LAKE
"""
import json, logging, os, subprocess, sys
import boto3
from moto.server import ThreadedMotoServer

koridor, landing, local = sys.argv[1:]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
secret = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
os.environ |= secret
boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="corridor")
environment = os.environ | {"AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true", "KORIDOR_HASH_KEY": "0123456789abcdef" * 4}

def run(lake, *arguments):
    done = subprocess.run([koridor, "--lake", lake, "--format", "json", *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)

remote = "s3://corridor/lake"
night = run(remote, "run", "--landing", landing, "--extracts", os.path.join(os.path.dirname(local) or ".", "remote-extracts"), "--allow-rejected")
assert night["is_new_release"], night
again = run(remote, "run", "--landing", landing, "--extracts", os.path.join(os.path.dirname(local) or ".", "remote-extracts"), "--allow-rejected")
assert not again["is_new_release"] and not again["files"], again
values = "select indicator_id, region_code, grain, period, breakdown, value, state from indicators.values order by 1, 2, 3, 4, 5"
here, there = run(local, "sql", values), run(remote, "sql", values)
assert here == there and len(here) > 1000, [pair for pair in zip(here, there) if pair[0] != pair[1]][:5]
balance = "select count(*) as files from ops.files where rows_read <> rows_accepted + rows_rejected + rows_ignored"
assert run(remote, "sql", balance) == [{"files": 0}]
server.stop()
print(f"the lake in a bucket and the one in a folder publish the same {len(here)} values")
