#!/usr/bin/env python3
"""Times the language server as an editor sees it: whole messages over standard input and output.

    cargo build --release
    python3 benches/editor/run.py [--server PATH] [--keys N] [--nls PATH]

Each row is the 95th percentile in milliseconds of what is named; the last rows are memory in MiB, the processes that the
server has started included. `--nls` is the server of Nickel itself (`cargo install nickel-lang-lsp --version 1.18.0`), for
the rows that it can answer. Figures are of one machine and one run: compare them with each other.
"""

import argparse
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """A server, spoken to as an editor speaks to it."""

    def __init__(self, command, folder):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.folder, self.buffer, self.next = folder, b"", 0
        self.versions, self.texts = {}, {}
        address = "file://" + str(folder)
        capabilities = {
            "general": {"positionEncodings": ["utf-8", "utf-16"]},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "publishDiagnostics": {}},
        }
        params = {"processId": None, "rootUri": address, "capabilities": capabilities}
        params["workspaceFolders"] = [{"uri": address, "name": "bench"}]
        answer, _ = self.request("initialize", params)
        sync = answer["capabilities"]["textDocumentSync"]
        # 1 is the whole text with each change.
        self.takes_whole_texts = (sync["change"] if isinstance(sync, dict) else sync) == 1
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        """The answer, and how long it took in milliseconds."""
        self.next += 1
        begin = time.perf_counter()
        self.send({"id": self.next, "method": method, "params": params})
        while True:
            message = self.read(60)
            if message is None:
                raise SystemExit(f"{method} has no answer")
            if message.get("id") == self.next and "method" not in message:
                return message.get("result"), (time.perf_counter() - begin) * 1000

    def read(self, patience):
        """The next message; requests of the server are answered with nothing."""
        end = time.monotonic() + patience
        while True:
            head = self.buffer.find(b"\r\n\r\n")
            if head >= 0:
                length = int(self.buffer[:head].lower().split(b"content-length:")[1].split(b"\r")[0])
                if len(self.buffer) >= head + 4 + length:
                    message = json.loads(self.buffer[head + 4 : head + 4 + length])
                    self.buffer = self.buffer[head + 4 + length :]
                    if "method" in message and "id" in message:
                        self.send({"id": message["id"], "result": None})
                        continue
                    return message
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            data = os.read(self.process.stdout.fileno(), 1 << 20) if ready else b""
            if not data:
                return None
            self.buffer += data

    def address(self, name):
        return f"file://{self.folder}/{name}"

    def open(self, name, text):
        self.versions[name], self.texts[name] = 1, text.split("\n")
        document = {"uri": self.address(name), "languageId": "nickel", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def replace(self, name, line, start, end, text):
        """One edit of one line, as a keystroke is sent."""
        self.versions[name] += 1
        place = lambda character: {"line": line, "character": character}
        lines = self.texts[name]
        lines[line] = lines[line][:start] + text + lines[line][end:]
        change = {"range": {"start": place(start), "end": place(end)}, "text": text}
        if self.takes_whole_texts:
            change = {"text": "\n".join(lines)}
        document = {"uri": self.address(name), "version": self.versions[name]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def findings(self, name, is_so, patience=60):
        """Waits until the findings of a file are as they should be."""
        while True:
            message = self.read(patience)
            if message is None:
                return False
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == self.address(name) and is_so(params["diagnostics"]):
                    return True

    def memory(self):
        """Of the process and of those that it started, in MiB."""
        pids, found = [self.process.pid], []
        while pids:
            pid = pids.pop()
            found.append(pid)
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                pids += [int(child) for child in task.read_text().split()]
            del children
        resident = 0
        for pid in found:
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    resident += int(line.split()[1])
        return resident / 1024

    def end(self):
        self.process.kill()
        self.process.wait()


def percentile(times, part=0.95):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def plain():
    return (ROOT / "environments/local-dev.ncl").read_text()


def of_lines(count):
    """An environment of at least so many lines: peers make it long."""
    text = plain()
    peer = """      stk_peer_{n} = 'Remote {{
        environment = "dev",
        region = "region-{n}",
        endpoints = {{
          agent-orchestrator = "http://agent-orchestrator-{n}.example.internal:8081",
          model-policy = "http://model-policy-{n}.example.internal:8082",
        }},
      }},
"""
    peers, n = "", 0
    while text.count("\n") + peers.count("\n") < count:
        peers += peer.format(n=n)
        n += 1
    whole = 'region = "local" }'
    assert whole in text
    return text.replace(whole, 'region = "local", peers = {\n' + peers + "    } }")


def computed():
    text = plain().replace("in\n", "in\nlet named = fun name => name in\n", 1)
    return text.replace('"local-dev"', 'named "local-dev"', 1)


def place_of(text, wanted):
    """The line of a text, and where in it a piece begins and ends."""
    for number, line in enumerate(text.split("\n")):
        if wanted in line:
            start = line.index(wanted)
            return number, start, start + len(wanted)
    raise SystemExit(f"`{wanted}` is not there")


def is_faulty(found):
    """Whether the fault that is typed is among the findings."""
    return any(finding["code"] == "C004" for finding in found)


def keystrokes(server, name, text, keys):
    """Types a fault and takes it back, again and again: milliseconds from the key to the findings."""
    line, start, end = place_of(text, "profile = 'Dev")
    times = []
    for index in range(keys):
        begin = time.perf_counter()
        if index % 2 == 0:
            server.replace(name, line, end, end, "x")
            server.findings(name, is_faulty)
        else:
            server.replace(name, line, end, end + 1, "")
            server.findings(name, lambda found: not is_faulty(found))
        times.append((time.perf_counter() - begin) * 1000)
    return times


def asked(server, name, text, keys, method):
    """Types a letter or takes it back, and asks: milliseconds from the key to the answer."""
    line, _, end = place_of(text, "profile = 'Dev")
    times = []
    for index in range(keys):
        begin = time.perf_counter()
        start, stop, letter = (end - 1, end - 1, "v") if index % 2 else (end - 1, end, "")
        server.replace(name, line, start, stop, letter)
        params = {"textDocument": {"uri": server.address(name)}, "position": {"line": line, "character": end - 2}}
        server.request(method, params)
        times.append((time.perf_counter() - begin) * 1000)
    return times


def workspace(files):
    folder = pathlib.Path(tempfile.mkdtemp()).resolve()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def fleet(count):
    files = {}
    for n in range(count):
        text = plain().replace('"local-dev"', f'"dev-{n}"').replace('namespace = "agentos"', f'namespace = "agentos-{n}"')
        files[f"env-{n}.ncl"] = text.replace('"stk_local"', f'"stk_local_{n}"')
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=str(ROOT / "target/release/agentos-cfg"))
    parser.add_argument("--nls")
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--faulty-keys", type=int, default=10_000)
    options = parser.parse_args()
    command = [options.server, "lsp"]
    rows = []

    def over(title, files, name, body, command=command):
        folder = workspace(files)
        server = Server(command, folder)
        try:
            text = files[name]
            server.open(name, text)
            time.sleep(0.5)
            rows.append((title, body(server, name, text)))
            print(f"{rows[-1][0]:<70}{rows[-1][1]:>10.2f}", flush=True)
        finally:
            server.end()
            shutil.rmtree(folder)

    short, long, by_function = of_lines(200), of_lines(8_000), computed()
    keys = options.keys
    for title, text, count in [("200 lines", short, keys), ("8,000 lines", long, max(10, keys // 5))]:
        files = {"a.ncl": text}
        over(f"{title}: key to findings", files, "a.ncl", lambda s, n, t: percentile(keystrokes(s, n, t, count)))
        for method in ["completion", "hover"]:
            ask = lambda s, n, t: percentile(asked(s, n, t, count, f"textDocument/{method}"))
            over(f"{title}: {method}", files, "a.ncl", ask)
        broken = {"a.ncl": text.replace("profile = 'Dev,", "profile = 'Dev", 1)}
        ask = lambda s, n, t: percentile(asked(s, n, t, count, "textDocument/completion"))
        over(f"{title}: completion in broken text", broken, "a.ncl", ask)
    over("a function, judged by Nickel: key to findings", {"a.ncl": by_function}, "a.ncl",
         lambda s, n, t: percentile(keystrokes(s, n, t, keys)))
    over("100 environments: key to findings of all", fleet(100), "env-0.ncl",
         lambda s, n, t: percentile(keystrokes(s, n, t, max(10, keys // 4))))

    def start(_count):
        times = []
        for _ in range(10):
            files = fleet(10)
            files["env-0.ncl"] = files["env-0.ncl"].replace("profile = 'Dev", "profile = 'Devx", 1)
            folder = workspace(files)
            begin = time.perf_counter()
            server = Server(command, folder)
            server.findings("env-0.ncl", lambda found: len(found) > 0)
            times.append((time.perf_counter() - begin) * 1000)
            server.end()
            shutil.rmtree(folder)
        return percentile(times)

    rows.append(("10 environments: start to first findings", start(10)))
    print(f"{rows[-1][0]:<70}{rows[-1][1]:>10.2f}", flush=True)

    def settled(server, _name, _text):
        time.sleep(2)
        return server.memory()

    over("100 environments: memory at rest (MiB)", fleet(100), "env-0.ncl", settled)

    def worn(server, name, text):
        keystrokes(server, name, text, options.faulty_keys)
        return server.memory()

    over(f"{options.faulty_keys} faulty keys in a plain file: memory (MiB)", {"a.ncl": short}, "a.ncl", worn)
    over(f"{options.faulty_keys // 10} faulty keys in a function: memory (MiB)", {"a.ncl": by_function}, "a.ncl",
         lambda s, n, t: (keystrokes(s, n, t, options.faulty_keys // 10), s.memory())[1])
    if options.nls:
        # It reads the library from files.
        folder = workspace({})
        subprocess.run([options.server, "lib", "export", folder], check=True, capture_output=True)
        library = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.ncl")}
        shutil.rmtree(folder)

        def at_line(server, name, text, command):
            line, start, end = place_of(text, "profile = 'Dev")
            is_faulty = lambda found: any(finding["range"]["start"]["line"] == line for finding in found)
            times = []
            for index in range(keys):
                begin = time.perf_counter()
                if index % 2 == 0:
                    server.replace(name, line, start + 8, start + 9, ":")
                    found = server.findings(name, is_faulty, 10)
                else:
                    server.replace(name, line, start + 8, start + 9, "=")
                    found = server.findings(name, lambda found: not is_faulty(found), 10)
                if not found:
                    raise SystemExit(f"{command} does not say what is typed")
                times.append((time.perf_counter() - begin) * 1000)
            return percentile(times)

        for title, text in [("200 lines", short), ("8,000 lines", long)]:
            for name, command, files in [("agentos-cfg", [options.server, "lsp"], {}), ("nls", [options.nls], library)]:
                body = lambda s, n, t: at_line(s, n, t, name)
                over(f"{title}: key to a syntax error, {name}", files | {"a.ncl": text}, "a.ncl", body, command)
            for method in ["completion", "hover"]:
                ask = lambda s, n, t: percentile(asked(s, n, t, keys, f"textDocument/{method}"))
                over(f"{title}: {method}, nls", library | {"a.ncl": text}, "a.ncl", ask, [options.nls])


if __name__ == "__main__":
    main()
