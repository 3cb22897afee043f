"""Times this project's generator against the eager one, in turns, and compares their numbers.

Usage: python3 compare.py --binary generator-benchmark --model MODEL --folder FOLDER
       [--threads 2] [--rounds 3] [--cases "frame 64,view 64"]
Prints a table in Markdown. Two workers live through the run, one a side; the best of the rounds counts.
"""

import argparse
import array
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = {
    "renderer 64": "renderer alone, R 64, 48+48 samples, forward",
    "renderer-gradients 64": "renderer alone, R 64, 48+48 samples, forward and backward",
    "frame 64": "512 px frame, R 64",
    "frame 128": "512 px frame, R 128",
    "view 64": "further view of a frame, R 64, against a whole eager frame",
    "view-of-planes 64": "further view of a frame, R 64, eager from kept planes too",
    "codes-step": "inversion step of the default model, codes and cameras, two frames",
    "tuning-step": "inversion step of the default model, all weights, two frames",
}


class Worker:
    def __init__(self, command):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1)

    def run(self, case):
        self.process.stdin.write(case + "\n")
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"a worker ended in the case '{case}'")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def numbers(path):
    values = array.array("f")
    with open(path, "rb") as file:
        values.frombytes(file.read())
    return values


def difference(folder, case):
    """The largest difference, relative to the largest magnitude, and the share beyond 1e-4 of it."""
    name = case.replace(" ", "-") + ".bin"
    ours, eager = numbers(f"{folder}/ours-{name}"), numbers(f"{folder}/eager-{name}")
    if len(ours) != len(eager):
        sys.exit(f"{case}: {len(ours)} numbers against {len(eager)}")
    scale = max(map(abs, eager))
    deltas = [abs(a - b) / scale for a, b in zip(ours, eager)]
    return max(deltas), sum(d > 1e-4 for d in deltas) / len(deltas)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--cpu", action="store_true", help="compare processor seconds")
    options = parser.parse_args()
    if not os.path.exists(f"{options.folder}/inputs.safetensors"):
        subprocess.run([options.binary, "write", options.folder, options.model], check=True)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    folder, threads = options.folder, str(options.threads)
    commands = [
        [options.binary, "serve", folder, threads],
        [sys.executable, f"{HERE}/worker.py", folder, threads],
    ]
    clock = "cpu" if options.cpu else "seconds"
    workers = [Worker(command) for command in commands]
    print(f"threads {threads}, {clock}, best of {options.rounds} alternating rounds\n")
    print("| case | eager, s | ours, s | ratio | largest difference | beyond 1e-4 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for case in options.cases.split(","):
        best = [float("inf"), float("inf")]
        for _ in range(options.rounds + 1):
            for side, worker in enumerate(workers):
                best[side] = min(best[side], worker.run(case)[clock])
        largest, share = difference(folder, case)
        print(
            f"| {CASES[case]} | {best[1]:.3f} | {best[0]:.3f} | {best[1] / best[0]:.1f}x "
            f"| {largest:.1e} | {share:.2%} |",
            flush=True,
        )
    for worker in workers:
        worker.close()
    print("\npeak memory of a process that draws one frame at R 128:", end="")
    for name, command in zip(["ours", "eager"], commands):
        worker = Worker(command)
        print(f" {name} {worker.run('frame 128')['peak']:.0f} MiB", end="", flush=True)
        worker.close()
    print()


if __name__ == "__main__":
    main()
