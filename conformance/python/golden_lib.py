"""What make_golden.py and golden_legacy.py share: seeded data, and the book in which cases are written down.

A golden case is a file that FAISS wrote (or, for legacy forms, that was derived byte for byte from one and that
FAISS reads) with FAISS's answers. `<family>.json` lists the cases of a family:

  name, file       file is relative to the golden directory; "sidecar" names a data file that lies beside it
  class, fourcc, d, ntotal, metric, metric_arg, factory (a factory string that makes this type, or null)
  refused          for types Sagitta does not support: a text that the refusal must contain
  rewrite          what writing it back gives: "same" = the file itself, a name = that file, "unordered" = same size
                   and same answers, but some table has no canonical order or some bytes have no meaning
  checks           a list of
    {"op": "search", "x": set, "k", "params", "ids": [[..]], "distances": [[..]], "tolerance": [..]}
    {"op": "range", "x": set, "radius", "params", "hits": [[[id, distance] sorted by id]..], "tolerance": [..]}
    {"op": "reconstruct", "keys": [..], "x": [[..]], "tolerance": t}
    {"op": "codes", "x": set, "codes": [hex ..], "floats": [byte offsets]}
        what sa_encode gives; at the offsets lie float32 factors, which may differ in their last bits
A tolerance is absolute, one per query, 0 where every value is exact in float32; ids may differ from FAISS's only
among candidates closer than it. "x" names a set in the family's "sets".
"""

import json
import os

import faiss
import numpy as np

import faiss_params

METRICS = {getattr(faiss, n): n[7:] for n in dir(faiss) if n.startswith("METRIC_")}


def ints(n, d, seed, low=0, high=16):
    """Integer-valued float32 vectors: squared distances are exact."""
    return np.random.RandomState(seed).randint(low, high, size=(n, d)).astype(np.float32)


def reals(n, d, seed):
    return np.random.RandomState(seed).standard_normal((n, d)).astype(np.float32)


def clustered(n, d, seed, centers=8):
    rs = np.random.RandomState(seed)
    c = rs.standard_normal((centers, d)) * 3
    return (c[rs.randint(centers, size=n)] + rs.standard_normal((n, d))).astype(np.float32)


def _number(v):
    v = float(v)
    if np.isnan(v):
        return "NaN"
    if np.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return int(v) if v == int(v) and abs(v) < 1 << 24 else float(np.format_float_scientific(np.float32(v), trim="-"))


def _rows(a):
    return [[_number(v) for v in row] for row in a]


def scale(metric, p, xq, xb):
    """Per query an upper bound of the sum of absolute terms of the metric's formula, over all of xb."""
    q = np.abs(xq).astype(np.float64)
    b = np.abs(xb).astype(np.float64).max(axis=0, initial=0)
    if metric in (faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT, faiss.METRIC_NaNEuclidean):
        bn = np.sqrt((xb.astype(np.float64) ** 2).sum(axis=1).max(initial=0))
        return (np.sqrt((q ** 2).sum(axis=1)) + bn) ** 2
    if metric == faiss.METRIC_L1:
        return (q + b).sum(axis=1)
    if metric == faiss.METRIC_Linf:
        return (q + b).max(axis=1)
    if metric == faiss.METRIC_Lp:
        return ((q + b) ** p).sum(axis=1)
    if metric == faiss.METRIC_JensenShannon:
        return (q + b).sum(axis=1) * 8
    return np.full(len(xq), float(xq.shape[1]))


class Book:
    """The cases of one family."""

    def __init__(self, root, family):
        self.root = root
        self.family = family
        self.sets = {}
        self.cases = []
        os.makedirs(os.path.join(root, family), exist_ok=True)

    def path(self, name):
        return os.path.join(self.root, self.family, name)

    def put(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(bytes(data))
        return f"{self.family}/{name}"

    def queries(self, name, x):
        self.sets[name] = _rows(x)
        return x

    def refuse(self, name, index, text, factory=None):
        data = faiss.serialize_index(index)
        self.cases.append({
            "name": name, "file": self.put(name + ".faiss", data), "class": type(faiss.downcast_index(index)).__name__,
            "fourcc": bytes(data[:4]).decode(), "factory": factory, "refused": text, "checks": []})

    def case(self, name, index, sets, xb, *, k=(1, 5), params=({},), radius=(), reconstruct=(), codes=False,
             exact=False, relative=1e-5, absolute=0.0, factory=None, unordered=False, data=None, sidecar=None,
             read_flags=0, prepare=None,
             modern=None, cleared=False, code_floats=()):
        """Writes index (or takes the bytes in `data`), reads it back with FAISS and records the copy's answers."""
        if data is None:
            data = faiss.serialize_index(index)
        data = np.ascontiguousarray(np.frombuffer(bytes(data), np.uint8))
        file = self.put(name + ".faiss", data)
        if sidecar:
            owner = faiss.read_index(self.path(name + ".faiss"), faiss.IO_FLAG_ONDISK_SAME_DIR)
        else:
            owner = faiss.deserialize_index(data, read_flags)
        read = faiss.downcast_index(owner)  # a view: `owner` must stay alive
        if prepare:
            prepare(read)
        again = faiss.serialize_index(read)
        # A legacy form must be what it was made from, once FAISS has read and written it.
        assert modern is None or bytes(again) == bytes(modern), name
        if sidecar:
            # FAISS stores the path it opened; as read by Sagitta the stored name stays what it was.
            rewrite = "same"
        elif cleared:
            # FAISS keeps stale nibbles in freed slots; Sagitta writes zeros there.
            rewrite = "unordered"
        elif bytes(again) == bytes(data):
            rewrite = "same"
        elif unordered:
            assert len(again) == len(data), name
            rewrite = "unordered"
        else:
            rewrite = self.put(name + ".rewritten.faiss", again)
        checks = []
        metric, arg = read.metric_type, read.metric_arg
        for set_name in ([sets] if isinstance(sets, str) else sets):
            xq = np.array([[float(v) for v in row] for row in self.sets[set_name]], dtype=np.float32)
            if exact:
                tolerance = [0] * len(xq)
            else:
                tolerance = [float(f"{t:.4g}") for t in scale(metric, arg, xq, xb) * relative + absolute]
            for p in params:
                for kk in k:
                    keep = []
                    distances, ids = read.search(xq, kk, params=faiss_params.build(read, p, {}, keep))
                    checks.append({"op": "search", "x": set_name, "k": kk, "params": p, "ids": ids.tolist(),
                                   "distances": _rows(distances), "tolerance": tolerance})
                for r in radius:
                    keep = []
                    lims, distances, ids = read.range_search(xq, r, params=faiss_params.build(read, p, {}, keep))
                    hits = []
                    for i in range(len(xq)):
                        part = slice(int(lims[i]), int(lims[i + 1]))
                        order = np.argsort(ids[part], kind="stable")
                        hits.append([[int(a), _number(b)] for a, b in zip(ids[part][order], distances[part][order])])
                    checks.append({"op": "range", "x": set_name, "radius": r, "params": p, "hits": hits,
                                   "tolerance": tolerance})
            if codes:
                checks.append({"op": "codes", "x": set_name, "floats": list(code_floats),
                               "codes": [bytes(c).hex() for c in read.sa_encode(xq)]})
        if len(reconstruct):
            x = np.stack([read.reconstruct(int(key)) for key in reconstruct])
            # A decoded value or a back-rotated one differs by rounding of its own magnitude.
            t = 0 if exact else float(f"{1e-5 * max(1.0, float(np.abs(x).max())) * 4:.4g}")
            checks.append({"op": "reconstruct", "keys": [int(key) for key in reconstruct], "x": _rows(x),
                           "tolerance": t})
        entry = {
            "name": name, "file": file, "class": type(read).__name__, "fourcc": bytes(data[:4]).decode(),
            "d": read.d, "ntotal": read.ntotal, "metric": METRICS[metric], "metric_arg": float(arg),
            "factory": factory, "rewrite": rewrite, "checks": checks}
        if sidecar:
            entry["sidecar"] = f"{self.family}/{sidecar}"
        self.cases.append(entry)

    def close(self):
        """Writes <family>.json, one check per line."""
        lines = ["{", f' "family": {json.dumps(self.family)},', f' "faiss": {json.dumps(faiss.__version__)},',
                 ' "sets": {']
        lines.append(",\n".join(f"  {json.dumps(n)}: {json.dumps(x, separators=(',', ':'))}"
                                for n, x in self.sets.items()))
        lines += [" },", ' "cases": [']
        cases = []
        for c in self.cases:
            head = {k: v for k, v in c.items() if k != "checks"}
            text = "  " + json.dumps(head)[:-1] + ', "checks": ['
            text += ",".join("\n   " + json.dumps(check, separators=(",", ":")) for check in c["checks"])
            cases.append(text + "]}")
        lines.append(",\n".join(cases))
        lines += [" ]", "}"]
        with open(os.path.join(self.root, self.family + ".json"), "w") as f:
            f.write("\n".join(lines) + "\n")
        return len(self.cases)
