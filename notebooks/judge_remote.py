#!/usr/bin/env python3
"""A lake in an S3 bucket gives the same indicators as one in a folder, also where answers are cut. The bucket is moto's, an S3 of its own in Python.

usage: judge_remote.py KORIDOR_BINARY LANDING_FOLDER LOCAL_LAKE [RUNS [SEED]]

After the whole sample, RUNS (5) small nights are run through a proxy that does one answer in ten half: it ends in the midst of its bytes, or the
deed is done and nothing is heard of it. Each night has a lake of its own. Every night must end, with what a lake in a folder says.
"""
import http.client, json, logging, os, pathlib, random, shutil, subprocess, sys, tempfile, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import boto3
from moto.server import ThreadedMotoServer

koridor, landing, local = sys.argv[1:4]
runs, seed = (int(text) for text in (sys.argv[4:] + ["5", "1"][len(sys.argv) - 4:])[:2])
SHARE = 0.1
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
secret = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
os.environ |= secret
boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="corridor")
environment = os.environ | {"AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true", "KORIDOR_HASH_KEY": "0123456789abcdef" * 4}


def run(lake, *arguments, through=None, seconds=None):
    own = environment | ({"AWS_ENDPOINT": through} if through else {})
    done = subprocess.run([koridor, "--lake", lake, "--format", "json", *arguments], env=own, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, (lake, arguments, done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)


remote = "s3://corridor/lake"
extracts = os.path.join(os.path.dirname(local) or ".", "remote-extracts")
night = run(remote, "run", "--landing", landing, "--extracts", extracts, "--allow-rejected")
assert night["is_new_release"], night
again = run(remote, "run", "--landing", landing, "--extracts", extracts, "--allow-rejected")
assert not again["is_new_release"] and not again["files"], again
values = "select indicator_id, region_code, grain, period, breakdown, value, state from indicators.values order by 1, 2, 3, 4, 5"
here, there = run(local, "sql", values), run(remote, "sql", values)
assert here == there and len(here) > 1000, [pair for pair in zip(here, there) if pair[0] != pair[1]][:5]
balance = "select count(*) as files from ops.files where rows_read <> rows_accepted + rows_rejected + rows_ignored + rows_erased"
assert run(remote, "sql", balance) == [{"files": 0}]
print(f"the lake in a bucket and the one in a folder publish the same {len(here)} values")


class Cut(BaseHTTPRequestHandler):
    """Hands on what is asked and what is answered; of some answers half."""
    protocol_version = "HTTP/1.1"
    dice, guard, counts = random.Random(seed), threading.Lock(), {"answers": 0, "cut": 0, "lost": 0}

    def hand_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        inner = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            inner.request(self.command, self.path, body, dict(self.headers))
            answer = inner.getresponse()
            data = answer.read()
            length = answer.headers.get("Content-Length") if self.command == "HEAD" else str(len(data))
            with Cut.guard:
                is_half, is_lost = Cut.dice.random() < SHARE, Cut.dice.random() < 0.3
                Cut.counts["answers"] += 1
                Cut.counts["lost" if is_lost else "cut"] += is_half
            self.close_connection = is_half
            if is_half and is_lost:
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", length or "0")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[:len(data) // 2] if is_half else data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            inner.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = hand_on

    def log_message(self, *_):
        pass


HEADER = "region_code,period_month,reduced_ton,handled_ton,period_type\n"
NIGHTS = [{"DLH_7472/penanganan.csv": HEADER + "7472,2024-01,0,400,Y\n",
           "DLH_7472/timbulan.csv": "region_code,period_month,method,gen_ton,period_type\n7472,2024-01,measured,1000,Y\n"},
          {"DLH_7472/penanganan_2.csv": HEADER + "7472,2024-01,1,500,Y\n7407,2024-01,x,2,Y\n", "DLH_7472/rusak.pdf": "%PDF-1.7"}]
SAID = [values, "select file_name, dataset, status, rows_read, rows_accepted from ops.files order by 1",
        "select file_name, cell, rule, value, status from ops.quarantine order by 1, 2, 3",
        "select region_code, period_month, reduced_ton, handled_ton from core.waste_handling order by 1, 2",
        "select count(*) as releases from ops.releases"]


def nights(lake, folder, **how):
    """Two nights, the second with more files; what the lake says then, asked without the proxy."""
    for files in NIGHTS:
        for name, text in files.items():
            path = pathlib.Path(folder, "landing", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run(lake, "run", "--landing", f"{folder}/landing", "--extracts", f"{folder}/out", "--allow-rejected", **how)
    said = [run(lake, "sql", query) for query in SAID]
    shutil.rmtree(folder)
    return said


proxy = ThreadingHTTPServer(("127.0.0.1", 0), Cut)
threading.Thread(target=proxy.serve_forever, daemon=True).start()
through = f"http://127.0.0.1:{proxy.server_port}"
with tempfile.TemporaryDirectory() as folder:
    expected = nights(f"{folder}/lake", tempfile.mkdtemp(dir=folder))
    for n in range(runs):
        said = nights(f"s3://corridor/cut{n}", tempfile.mkdtemp(dir=folder), through=through, seconds=1200)
        assert said == expected, (n, [pair for pair in zip(expected, said) if pair[0] != pair[1]])
        print(f"  {n + 1} of {runs}: {Cut.counts}", flush=True)
assert not runs or Cut.counts["cut"] > 10 and Cut.counts["lost"] > 0, Cut.counts
proxy.shutdown()
server.stop()
print(f"{runs} lakes behind {Cut.counts['cut'] + Cut.counts['lost']} half answers of {Cut.counts['answers']} say what one in a folder says")
