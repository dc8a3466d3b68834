"""An S3 server for tests: versitygw, which setup/install builds and the variable VERSITYGW names.

Its objects are files below a temporary folder; the bucket keeps old versions.
"""

import datetime
import hashlib
import hmac
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request

from . import Service

REGION = "us-east-1"
BUCKET = "fairline-test"
MISSING = (None if os.access(os.environ.get("VERSITYGW", ""), os.X_OK)
           else "versitygw (VERSITYGW=… as setup/install test prints)")
ENABLE_VERSIONS = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


class S3Server(Service):
    """Listens on 127.0.0.1, with one bucket (BUCKET) and one pair of keys."""

    def __init__(self):
        super().__init__("s3")
        for name in ("objects", "versions"):
            (self.folder / name).mkdir()
        self.access_key = f"AKIA{secrets.token_hex(8).upper()}"
        self.secret_key = secrets.token_hex(20)

    def start(self):
        """Returns when the server answers and the bucket is there."""
        self.launch(
            ["setpriv", "--pdeathsig", "KILL", os.environ["VERSITYGW"], "--quiet", "--keep-alive",
             "--region", REGION, "--port", f"127.0.0.1:{self.port}", "posix",
             "--versioning-dir", self.folder / "versions", self.folder / "objects"],
            self._answers,
            os.environ | {"ROOT_ACCESS_KEY": self.access_key, "ROOT_SECRET_KEY": self.secret_key})
        if not (self.folder / "objects" / BUCKET).exists():
            self.request("PUT", f"/{BUCKET}")
            self.request("PUT", f"/{BUCKET}", {"versioning": ""}, ENABLE_VERSIONS)
        return self

    def request(self, method, path, query=None, body=b""):
        """One signed request (AWS Signature Version 4); the body of the answer."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": f"127.0.0.1:{self.port}", "x-amz-content-sha256": digest,
                   "x-amz-date": now}
        names = ";".join(headers)
        text = urllib.parse.urlencode(sorted((query or {}).items()), quote_via=urllib.parse.quote)
        canonical = "\n".join([method, urllib.parse.quote(path), text,
                               *(f"{name}:{value}" for name, value in headers.items()), "", names,
                               digest])
        scope = f"{now[:8]}/{REGION}/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope,
                             hashlib.sha256(canonical.encode()).hexdigest()])
        key = f"AWS4{self.secret_key}".encode()
        for part in [*scope.split("/"), to_sign]:
            key = hmac.digest(key, part.encode(), "sha256")
        headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},"
                                    f"SignedHeaders={names},Signature={key.hex()}")
        url = f"http://127.0.0.1:{self.port}{urllib.parse.quote(path)}?{text}"
        request = urllib.request.Request(url, body or None, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def url(self, prefix="", port=None):
        """For storage.objects; `port` of a way to the server through something between."""
        return (f"s3://{BUCKET}/{prefix}?endpoint=http://127.0.0.1:{port or self.port}"
                f"&region={REGION}")

    def environment(self):
        return {
            "FAIRLINE_TEST_S3": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    def _answers(self):
        try:
            self.request("GET", "/")
            return True
        except OSError:
            return False
