"""Times PyTorch's matmul, on a GPU that is cuBLAS, for shapes read from stdin: [{"m", "n", "k", "dtype"}].

Prints {"torch", "device", "rows": [{"m", "n", "k", "dtype", "medianSeconds", "samples"}]}; exits with 3 without PyTorch.
Layout is that of weights, A[m,k] and B[n,k]. Operands are rotated so that they come from memory, as shapemark measures.
float32 stays float32: TF32 is off.
"""
import json
import statistics
import sys
import time

SAMPLES = 15
SAMPLE_SECONDS = 2e-3
MOST_LAUNCHES = 300
# About 10 ms, longer than it takes to launch so many.
WAIT_CYCLES = 20_000_000
# Twice the largest last-level cache there is, about; and no more sets than that needs.
ROTATED_BYTES = 256e6
MOST_SETS = 64


def clock_of(torch, device):
    """Seconds that `launches` calls take on the device."""
    if device == "cpu":

        def timed(run, launches):
            begin = time.perf_counter()
            run(launches)
            return time.perf_counter() - begin

        return timed

    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    # While the GPU waits, launches queue up: what is timed is the GPU, not Python.
    wait = getattr(torch.cuda, "_sleep", lambda cycles: None)

    def timed(run, launches):
        wait(WAIT_CYCLES)
        begin.record()
        run(launches)
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) / 1e3

    return timed


def measure(torch, device, timed, shape):
    m, n, k = shape["m"], shape["n"], shape["k"]
    dtype = getattr(torch, shape["dtype"])
    bytes_of_set = (m * k + n * k + m * n) * torch.empty(0, dtype=dtype).element_size()
    sets = int(min(MOST_SETS, max(1, ROTATED_BYTES // bytes_of_set + 1)))
    operands = [
        (torch.randn(m, k, device=device).to(dtype), torch.randn(n, k, device=device).to(dtype)) for _ in range(sets)
    ]
    turn = 0

    def run(launches):
        nonlocal turn
        for _ in range(launches):
            a, b = operands[turn % sets]
            turn += 1
            torch.matmul(a, b.T)

    timed(run, sets)
    once = max(timed(run, 3) / 3, 1e-7)
    launches = int(min(MOST_LAUNCHES, max(1, SAMPLE_SECONDS / once)))
    timed(run, launches)
    samples = [timed(run, launches) / launches for _ in range(SAMPLES)]
    return {**shape, "medianSeconds": statistics.median(samples), "samples": len(samples)}


def main():
    seconds = float(sys.argv[sys.argv.index("--seconds") + 1])
    until = time.perf_counter() + seconds
    try:
        import torch
    except ImportError as error:
        print(f"PyTorch cannot be imported: {error}", file=sys.stderr)
        return 3
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = False
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    timed = clock_of(torch, device)
    rows = []
    for shape in json.load(sys.stdin):
        if time.perf_counter() > until:
            break
        try:
            rows.append(measure(torch, device, timed, shape))
        except RuntimeError as error:
            # Old versions have no half-precision matmul on CPUs.
            print(f"{shape}: {error}", file=sys.stderr)
    print(json.dumps({"torch": torch.__version__, "device": name, "rows": rows}))
    return 0


sys.exit(main())
