"""Real FAISS as a long-lived process, for Sagitta's conformance tests and its side-by-side benchmark.

Protocol, both directions, little-endian, over stdin and stdout:

    u32 length of the header | header: UTF-8 JSON | the arrays' bytes, one after another

The header's "arrays" lists {"name", "dtype", "shape"} in the order of the bytes; dtype is a numpy name (float32,
int64, uint8, ...). A request has "op" and that operation's fields; an answer has "ok": true and its fields, or
"ok": false with "error" (text) and "kind" (exception class). A request's "seq" comes back in its answer, so that the
caller notices if the two sides are out of step. Indexes live in the server under integer handles. The
process ends when its input ends. Whatever FAISS prints goes to stderr.

The operations are the `op_*` functions below. This process runs what it is sent (there is an `eval`): it listens
to its parent's pipe only and is a tool for tests, not a service.
"""

import json
import os
import struct
import sys
import time

import faiss
import numpy as np

import faiss_params

INDEXES = {}
_next = [1]


def _keep(index):
    handle = _next[0]
    _next[0] += 1
    INDEXES[handle] = index
    return handle


def _metric(name):
    if isinstance(name, int):
        return name
    return getattr(faiss, "METRIC_" + name)


def _down(index):
    return faiss.downcast_index(index)


def _describe(index):
    index = _down(index)
    return {
        "class": type(index).__name__,
        "d": index.d,
        "ntotal": index.ntotal,
        "trained": bool(index.is_trained),
        "metric": index.metric_type,
        "metric_arg": index.metric_arg,
    }


def _f32(x):
    return np.ascontiguousarray(x, dtype=np.float32)


# ---- the process

def op_hello(q, a):
    return {
        "faiss": faiss.__version__,
        "numpy": np.__version__,
        "python": sys.version.split()[0],
        "options": faiss.get_compile_options().strip(),
        "pid": os.getpid(),
        "threads": faiss.omp_get_max_threads(),
    }, {}


def op_threads(q, a):
    faiss.omp_set_num_threads(int(q["n"]))
    return {"n": faiss.omp_get_max_threads()}, {}


def op_memory(q, a):
    """Resident bytes of this process now, and its peak."""
    with open("/proc/self/statm") as f:
        rss = int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with open("/proc/self/status") as f:
        peak = next((int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM")), rss)
    return {"rss": rss, "peak": peak}, {}


def op_set_global(q, a):
    """Sets a variable of the faiss module's C++ globals, e.g. distance_compute_blas_threshold."""
    old = getattr(faiss.cvar, q["name"])
    setattr(faiss.cvar, q["name"], q["value"])
    return {"old": old}, {}


def op_eval(q, a):
    """Evaluates (after running "body") an expression over faiss, np, a (arrays), ix (handle -> index).

    The value may be a number, a string, an array, a dict of arrays, or an index (kept, answered as "handle").
    """
    scope = {"faiss": faiss, "np": np, "a": a, "ix": lambda h: _down(INDEXES[h]), "q": q}
    if q.get("body"):
        exec(q["body"], scope)
    value = eval(q["expr"], scope)
    if isinstance(value, faiss.Index):
        return {"handle": _keep(value), **_describe(value)}, {}
    if isinstance(value, np.ndarray):
        return {}, {"value": value}
    if isinstance(value, dict):
        return {}, {k: np.asarray(v) for k, v in value.items()}
    if isinstance(value, (np.integer, np.floating)):
        value = value.item()
    return {"value": value}, {}


# ---- indexes

def op_factory(q, a):
    index = faiss.index_factory(int(q["d"]), q["factory"], _metric(q.get("metric", "L2")))
    if "metric_arg" in q:
        # A wrapper asks the index inside it, which has an argument of its own.
        at = index
        while at is not None:
            at.metric_arg = q["metric_arg"]
            inner = getattr(_down(at), "index", None)
            at = _down(inner) if inner is not None else None
    return {"handle": _keep(index), **_describe(index)}, {}


def op_describe(q, a):
    return _describe(INDEXES[q["index"]]), {}


def op_free(q, a):
    INDEXES.pop(q["index"], None)
    return {}, {}


def op_free_all(q, a):
    INDEXES.clear()
    return {}, {}


def op_train(q, a):
    start = time.perf_counter()
    INDEXES[q["index"]].train(_f32(a["x"]))
    return {"seconds": time.perf_counter() - start}, {}


def op_add(q, a):
    index = INDEXES[q["index"]]
    x = _f32(a["x"])
    start = time.perf_counter()
    if "ids" in a:
        index.add_with_ids(x, np.ascontiguousarray(a["ids"], np.int64))
    else:
        index.add(x)
    return {"seconds": time.perf_counter() - start, "ntotal": index.ntotal}, {}


def op_reset(q, a):
    INDEXES[q["index"]].reset()
    return {}, {}


def op_set(q, a):
    """ParameterSpace().set_index_parameters, e.g. "nprobe=8,quantizer_efSearch=40"."""
    faiss.ParameterSpace().set_index_parameters(INDEXES[q["index"]], q["params"])
    return {}, {}


def op_set_attr(q, a):
    """Sets a dotted attribute of the index, e.g. hnsw.efConstruction."""
    target = _down(INDEXES[q["index"]])
    path = q["name"].split(".")
    for part in path[:-1]:
        target = getattr(target, part)
        if isinstance(target, faiss.Index):
            target = _down(target)
    setattr(target, path[-1], q["value"])
    return {}, {}


def op_search(q, a):
    index = INDEXES[q["index"]]
    keep = []
    params = faiss_params.build(index, q.get("params"), a, keep)
    start = time.perf_counter()
    distances, ids = index.search(_f32(a["x"]), int(q["k"]), params=params)
    return {"seconds": time.perf_counter() - start}, {"ids": ids, "distances": distances}


def op_range_search(q, a):
    index = INDEXES[q["index"]]
    keep = []
    params = faiss_params.build(index, q.get("params"), a, keep)
    lims, distances, ids = index.range_search(_f32(a["x"]), float(q["radius"]), params=params)
    return {}, {"lims": lims.astype(np.int64), "ids": ids, "distances": distances}


def op_assign(q, a):
    return {}, {"ids": INDEXES[q["index"]].assign(_f32(a["x"]), int(q.get("k", 1)))}


def op_remove_ids(q, a):
    keep = []
    sel = faiss_params.selector(q["sel"], a, keep)
    removed = INDEXES[q["index"]].remove_ids(sel)
    return {"removed": int(removed), "ntotal": INDEXES[q["index"]].ntotal}, {}


def op_reconstruct(q, a):
    index = INDEXES[q["index"]]
    if "keys" in a:
        keys = a["keys"].astype(np.int64)
        return {}, {"x": np.stack([index.reconstruct(int(key)) for key in keys])}
    return {}, {"x": index.reconstruct_n(int(q["from"]), int(q["n"]))}


def op_search_and_reconstruct(q, a):
    distances, ids, x = INDEXES[q["index"]].search_and_reconstruct(_f32(a["x"]), int(q["k"]))
    return {}, {"ids": ids, "distances": distances, "x": x}


def op_sa_encode(q, a):
    return {}, {"codes": INDEXES[q["index"]].sa_encode(_f32(a["x"]))}


def op_sa_decode(q, a):
    return {}, {"x": INDEXES[q["index"]].sa_decode(np.ascontiguousarray(a["codes"], np.uint8))}


def op_merge_from(q, a):
    INDEXES[q["index"]].merge_from(INDEXES[q["other"]], int(q.get("add_id", 0)))
    return {"ntotal": INDEXES[q["index"]].ntotal}, {}


def op_read(q, a):
    if "bytes" in a:
        index = faiss.deserialize_index(np.ascontiguousarray(a["bytes"], np.uint8), int(q.get("flags", 0)))
    else:
        index = faiss.read_index(q["path"], int(q.get("flags", 0)))
    return {"handle": _keep(index), **_describe(index)}, {}


def op_write(q, a):
    index = INDEXES[q["index"]]
    if "path" in q:
        faiss.write_index(index, q["path"])
        return {"bytes": os.path.getsize(q["path"])}, {}
    return {}, {"bytes": faiss.serialize_index(index)}


def op_size(q, a):
    """Bytes that write_index would write, without keeping them."""
    return {"bytes": int(faiss.serialize_index(INDEXES[q["index"]]).nbytes)}, {}


# ---- without an index

def op_knn(q, a):
    metric = _metric(q.get("metric", "L2"))
    distances, ids = faiss.knn(_f32(a["x"]), _f32(a["y"]), int(q["k"]), metric=metric,
                               metric_arg=float(q.get("metric_arg", 0.0)))
    return {}, {"ids": ids, "distances": distances}


def op_pairwise(q, a):
    x, y = _f32(a["x"]), _f32(a["y"])
    return {}, {"distances": faiss.pairwise_distances(x, y, _metric(q.get("metric", "L2")),
                                                      float(q.get("metric_arg", 0.0)))}


def op_normalize(q, a):
    x = _f32(a["x"]).copy()
    faiss.normalize_L2(x)
    return {}, {"x": x}


def op_synthetic(q, a):
    """FAISS's SyntheticDataset: training, base and query vectors."""
    from faiss.contrib.datasets import SyntheticDataset
    ds = SyntheticDataset(int(q["d"]), int(q["nt"]), int(q["nb"]), int(q["nq"]),
                          seed=int(q.get("seed", 1338)))
    return {}, {"train": ds.get_train(), "base": ds.get_database(), "queries": ds.get_queries()}


def op_kmeans(q, a):
    """Clustering with any ClusteringParameters field; answers centroids and the objective per iteration."""
    x = _f32(a["x"])
    params = {k: v for k, v in q.get("params", {}).items()}
    clus = faiss.Clustering(x.shape[1], int(q["k"]))
    for name, value in params.items():
        setattr(clus, name, value)
    index = faiss.IndexFlatIP(x.shape[1]) if params.get("spherical") else faiss.IndexFlatL2(x.shape[1])
    if "init" in a:
        faiss.copy_array_to_vector(_f32(a["init"]).ravel(), clus.centroids)
    start = time.perf_counter()
    if "weights" in a:
        clus.train(x, index, _f32(a["weights"]))
    else:
        clus.train(x, index)
    seconds = time.perf_counter() - start
    stats = [clus.iteration_stats.at(i) for i in range(clus.iteration_stats.size())]
    return {"seconds": seconds}, {
        "centroids": faiss.vector_to_array(clus.centroids).reshape(int(q["k"]), x.shape[1]),
        "objective": np.array([s.obj for s in stats], dtype=np.float64),
        "imbalance": np.array([s.imbalance_factor for s in stats], dtype=np.float64),
        "splits": np.array([s.nsplit for s in stats], dtype=np.int32),
    }


def op_pq(q, a):
    """Trains a ProductQuantizer on x (or takes "centroids"), answers centroids, codes of y and their decoding."""
    pq = faiss.ProductQuantizer(int(q["d"]), int(q["m"]), int(q["nbits"]))
    start = time.perf_counter()
    if "centroids" in a:
        faiss.copy_array_to_vector(_f32(a["centroids"]).ravel(), pq.centroids)
    else:
        for name, value in q.get("params", {}).items():
            setattr(pq.cp, name, value)
        pq.train(_f32(a["x"]))
    trained = time.perf_counter() - start
    codes = pq.compute_codes(_f32(a["y"]))
    encoded = time.perf_counter() - start - trained
    return {"train_seconds": trained, "encode_seconds": encoded}, {
        "centroids": faiss.vector_to_array(pq.centroids), "codes": codes, "x": pq.decode(codes)}


def op_sq(q, a):
    """Trains a ScalarQuantizer on x, answers its table, codes of y and their decoding."""
    sq = faiss.ScalarQuantizer(int(q["d"]), getattr(faiss.ScalarQuantizer, q["type"]))
    if "rangestat" in q:
        sq.rangestat = getattr(faiss.ScalarQuantizer, q["rangestat"])
        sq.rangestat_arg = float(q.get("rangestat_arg", 0))
    if "trained" in a:
        faiss.copy_array_to_vector(_f32(a["trained"]).ravel(), sq.trained)
    else:
        sq.train(_f32(a["x"]))
    codes = sq.compute_codes(_f32(a["y"]))
    return {}, {"trained": faiss.vector_to_array(sq.trained), "codes": codes, "x": sq.decode(codes)}


_TRANSFORMS = {
    "pca": lambda q: faiss.PCAMatrix(q["d_in"], q["d_out"], q.get("eigen_power", 0.0), q.get("random_rotation", False)),
    "opq": lambda q: faiss.OPQMatrix(q["d_in"], q["m"], q["d_out"]),
    "rr": lambda q: faiss.RandomRotationMatrix(q["d_in"], q["d_out"]),
    "itq": lambda q: faiss.ITQTransform(q["d_in"], q["d_out"], q.get("do_pca", True)),
    "norm": lambda q: faiss.NormalizationTransform(q["d_in"], q.get("norm", 2.0)),
    "center": lambda q: faiss.CenteringTransform(q["d_in"]),
}


def op_transform(q, a):
    """Trains a transform on x and applies it to y; "file" in the answer are write_VectorTransform's bytes."""
    vt = _TRANSFORMS[q["kind"]](q)
    if q["kind"] == "rr":
        vt.init(int(q.get("seed", 12345)))
    else:
        for name, value in q.get("attrs", {}).items():
            setattr(vt, name, value)
        vt.train(_f32(a["x"]))
    writer = faiss.VectorIOWriter()
    faiss.write_VectorTransform(vt, writer)
    out = {"y": vt.apply(_f32(a["y"])), "file": faiss.vector_to_array(writer.data)}
    if q.get("reverse"):
        out["back"] = vt.reverse_transform(out["y"])
    return {}, out


# ---- timing

def op_bench_search(q, a):
    """Times searches; the queries may have been left here by op_queries.

    mode "batch": "repeat" runs of the whole set, answers seconds per run.
    mode "single": one query per call through FAISS's C++ entry with buffers made beforehand (Python's wrapper is not
    in the time), "repeat" passes, answers nanoseconds per call, pass after pass.
    Answers the ids and distances of the last run too.
    """
    index = INDEXES[q["index"]]
    keep = []
    params = faiss_params.build(index, q.get("params"), a, keep)
    x = _f32(a["x"]) if "x" in a else QUERIES[q["queries"]]
    nq, k = x.shape[0], int(q["k"])
    distances = np.empty((nq, k), np.float32)
    ids = np.empty((nq, k), np.int64)
    repeat = int(q.get("repeat", 1))
    ptr = faiss.swig_ptr
    if q.get("mode", "batch") == "batch":
        seconds = np.empty(repeat, np.float64)
        xp, dp, ip = ptr(x), ptr(distances), ptr(ids)
        for r in range(repeat):
            start = time.perf_counter()
            index.search_c(nq, xp, k, dp, ip, params)
            seconds[r] = time.perf_counter() - start
        return {"median": float(np.median(seconds))}, {"seconds": seconds, "ids": ids, "distances": distances}
    rows = [(ptr(x[i]), ptr(distances[i]), ptr(ids[i])) for i in range(nq)]
    nanos = np.empty((repeat, nq), np.int64)
    clock, search = time.perf_counter_ns, index.search_c
    for r in range(repeat):
        line = nanos[r]
        for i, (xp, dp, ip) in enumerate(rows):
            start = clock()
            search(1, xp, k, dp, ip, params)
            line[i] = clock() - start
    return {}, {"nanos": nanos, "ids": ids, "distances": distances}


QUERIES = {}


def op_queries(q, a):
    QUERIES[q["name"]] = _f32(a["x"])
    return {}, {}


OPS = {name[3:]: f for name, f in list(globals().items()) if name.startswith("op_")}


# ---- framing

def _read_exactly(stream, n):
    data = bytearray(n)
    view = memoryview(data)
    at = 0
    while at < n:
        got = stream.readinto(view[at:])
        if not got:
            return None
        at += got
    return data


def _receive(stream):
    head = _read_exactly(stream, 4)
    if head is None:
        return None, None
    text = _read_exactly(stream, struct.unpack("<I", head)[0])
    if text is None:
        return None, None
    request = json.loads(text.decode("utf-8"))
    arrays = {}
    for spec in request.pop("arrays", []):
        dtype = np.dtype(spec["dtype"]).newbyteorder("<")
        count = int(np.prod(spec["shape"], dtype=np.int64))
        raw = _read_exactly(stream, count * dtype.itemsize)
        if raw is None:
            return None, None
        arrays[spec["name"]] = np.frombuffer(raw, dtype=dtype).reshape(spec["shape"])
    return request, arrays


def _clean(value):
    """JSON has no NaN or infinity: they travel as strings."""
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def _send(stream, answer, arrays):
    answer = {k: _clean(v) for k, v in answer.items()}
    blobs = []
    answer["arrays"] = []
    for name, value in arrays.items():
        value = np.ascontiguousarray(value)
        if value.dtype.kind not in "fiub":
            raise TypeError(f"array {name} of {value.dtype} cannot be sent")
        answer["arrays"].append({"name": name, "dtype": value.dtype.name, "shape": list(value.shape)})
        blobs.append(value)
    text = json.dumps(answer).encode("utf-8")
    stream.write(struct.pack("<I", len(text)))
    stream.write(text)
    for blob in blobs:
        stream.write(memoryview(blob.reshape(-1).view(np.uint8)) if blob.size else b"")
    stream.flush()


def main():
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    source = os.fdopen(0, "rb", buffering=1 << 20)
    while True:
        request, arrays = _receive(source)
        if request is None:
            return
        try:
            op = OPS.get(request["op"])
            if op is None:
                raise ValueError(f"unknown operation {request['op']!r}")
            answer, result = op(request, arrays)
            answer["ok"] = True
        except Exception as e:  # the caller gets every failure as an answer
            answer, result = {"ok": False, "error": str(e), "kind": type(e).__name__}, {}
        if "seq" in request:
            answer["seq"] = request["seq"]
        try:
            _send(out, answer, result)
        except (TypeError, ValueError) as e:  # an answer that is no JSON: nothing of it has been sent
            _send(out, {"ok": False, "error": str(e), "kind": type(e).__name__, "seq": request.get("seq")}, {})


if __name__ == "__main__":
    main()
