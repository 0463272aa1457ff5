#!/usr/bin/env python3
"""Writes the golden files and answers of FAISS, deterministically.

  .venv/bin/python make_golden.py [family ...]     default: all, into ../src/test/resources/golden

What a case holds is described in golden_lib.py. Every type that Sagitta is to support is here, and every type that
it recognises and refuses. Data are integers where the type allows it, so that answers are exact.
"""

import os
import shutil
import sys

import faiss
import numpy as np

import golden_codecs
import golden_fast
import golden_graphs
import golden_legacy
from golden_lib import Book, METRICS, clustered, ints, reals

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "test", "resources", "golden")

SELECTORS = [
    {"sel": {"range": [10, 40]}},
    {"sel": {"array": [3, 41, 7, 12, 59]}},
    {"sel": {"batch": [1, 2, 3, 50, 51, 1000]}},
    {"sel": {"bitmap": [0, 255, 15, 1]}},
    {"sel": {"not": {"range": [0, 30]}}},
    {"sel": {"and": [{"range": [0, 40]}, {"not": {"batch": [5, 6]}}]}},
    {"sel": {"or": [{"range": [0, 4]}, {"range": [56, 60]}]}},
    {"sel": {"xor": [{"range": [0, 40]}, {"range": [20, 60]}]}},
    {"sel": {"all": True}},
]


def flat(book):
    d, n = 8, 60
    xb, xq = ints(n, d, 1), book.queries("q", ints(5, d, 2))
    for metric, name in sorted(METRICS.items()):
        for exact_data in (True, False):
            index = faiss.IndexFlat(d, metric)
            base, sets = xb, "q"
            if metric == faiss.METRIC_Lp:
                index.metric_arg = 3
            if metric == faiss.METRIC_GOWER:
                base, sets = xb / 16, "qg"
                if "qg" not in book.sets:
                    book.queries("qg", xq / 16)
            if not exact_data:
                if metric in (faiss.METRIC_GOWER, faiss.METRIC_JensenShannon, faiss.METRIC_Jaccard):
                    base = np.random.RandomState(3).random_sample((n, d)).astype(np.float32)
                    sets = "qu"
                    if sets not in book.sets:
                        book.queries(sets, np.random.RandomState(4).random_sample((5, d)).astype(np.float32))
                else:
                    base, sets = reals(n, d, 5), "qr"
                    if sets not in book.sets:
                        book.queries(sets, reals(5, d, 6))
            index.add(base)
            exact = exact_data and name in ("L2", "INNER_PRODUCT", "L1", "Linf", "NaNEuclidean")
            some = float(np.median(index.search(np.array(book.sets[sets], np.float32), 8)[0][:, 4]))
            book.case(f"{name.lower()}_{'int' if exact_data else 'real'}", index, sets, base, k=(1, 7, 70),
                      radius=(np.float32(some).item(),), reconstruct=(0, 31, 59), exact=exact, factory="Flat")
    for metric in ("L2", "INNER_PRODUCT"):
        index = faiss.IndexFlat(d, getattr(faiss, "METRIC_" + metric))
        index.add(xb)
        book.case(f"selectors_{metric.lower()}", index, "q", xb, k=(1, 6), params=SELECTORS, radius=(300.0,),
                  exact=True, factory="Flat")
        empty = faiss.IndexFlat(d, getattr(faiss, "METRIC_" + metric))
        book.case(f"empty_{metric.lower()}", empty, "q", xb, k=(1, 3), radius=(1e9,), exact=True, factory="Flat")
        ties = faiss.IndexFlat(d, getattr(faiss, "METRIC_" + metric))
        dup = np.repeat(ints(12, d, 7, 0, 3), 5, axis=0)
        ties.add(dup)
        book.queries("qt", ints(4, d, 8, 0, 3)) if "qt" not in book.sets else None
        book.case(f"ties_{metric.lower()}", ties, "qt", dup, k=(2, 7, 33, 60), exact=True, factory="Flat")
    one = faiss.IndexFlat1D()
    x1 = ints(40, 1, 9, 0, 1000)
    one.add(x1)
    one.update_permutation()
    book.queries("q1", ints(4, 1, 10, 0, 1000))
    book.case("flat1d", one, "q1", x1, k=(1, 5), exact=True)
    wide = faiss.IndexFlatL2(200)
    xw = ints(24, 200, 11)
    wide.add(xw)
    book.queries("qw", ints(3, 200, 12))
    book.case("wide_l2", wide, "qw", xw, k=(4,), radius=(6000.0,), exact=True, factory="Flat")
    nan = faiss.IndexFlat(d, faiss.METRIC_NaNEuclidean)
    xn = xb.copy()
    xn[::3, 2] = np.nan
    xn[5] = np.nan
    nan.add(xn)
    book.case("nan_euclidean_missing", nan, "q", np.nan_to_num(xn), k=(5, 60), factory="Flat")
    l2nan = faiss.IndexFlatL2(d)
    l2nan.add(xn[:20])
    book.case("l2_nan_rows", l2nan, "q", xb, k=(5, 20), exact=True, factory="Flat")


def idmap(book):
    d, n = 8, 60
    xb, _ = ints(n, d, 21), book.queries("q", ints(4, d, 22))
    ids = np.random.RandomState(23).permutation(100000)[:n].astype(np.int64) - 500
    ids[ids == -1] = 77777777777
    picked = [{}, {"sel": {"batch": ids[:20].tolist()}}, {"sel": {"range": [0, 50000]}},
              {"sel": {"not": {"array": ids[5:30].tolist()}}}]
    for cls in (faiss.IndexIDMap, faiss.IndexIDMap2):
        two = cls is faiss.IndexIDMap2
        for metric in ("L2", "INNER_PRODUCT", "L1"):
            inner = faiss.IndexFlat(d, getattr(faiss, "METRIC_" + metric))
            index = cls(inner)
            index.add_with_ids(xb, ids)
            book.case(f"{'idmap2' if two else 'idmap'}_flat_{metric.lower()}", index, "q", xb, k=(1, 6), params=picked,
                      radius=(60.0 if metric == "L1" else 300.0,), reconstruct=ids[[0, 9, 59]] if two else (),
                      exact=True, factory="IDMap2,Flat" if two else "IDMap,Flat")
    dup = faiss.IndexIDMap2(faiss.IndexFlatL2(d))
    again = np.array([5, 5, 6, 7, 5, 9], np.int64)
    dup.add_with_ids(xb[:6], again)
    book.case("idmap2_duplicate_ids", dup, "q", xb, k=(6,), reconstruct=(5, 9), exact=True, factory="IDMap2,Flat")
    minus = faiss.IndexIDMap(faiss.IndexFlatL2(d))
    minus.add_with_ids(xb[:4], np.array([-1, 3, -1, 8], np.int64))
    book.case("idmap_minus_one", minus, "q", xb, k=(4,), exact=True, factory="IDMap,Flat")
    nested = faiss.IndexIDMap(faiss.IndexIDMap(faiss.IndexFlatL2(d)))
    faiss.downcast_index(nested.index).add_with_ids(xb[:5], np.arange(5))
    nested.id_map.resize(5)
    faiss.copy_array_to_vector(np.array([50, 40, 30, 20, 10], np.int64), nested.id_map)
    nested.ntotal = 5
    book.case("idmap_of_idmap", nested, "q", xb, k=(3,), exact=True)


def refused(book):
    d = 16
    x = clustered(600, d, 31)
    metric = faiss.METRIC_L2
    for factory, text in (
            ("LSH32", "IxHe"), ("ZnLattice2x4_4", "IxLa"), ("RQ2x4", "IxRq"), ("LSQ2x4", "IxLS"),
            ("PRQ2x2x4", "IxPR"), ("PLSQ2x2x4", "IxPL"), ("RQ2x4fs_32_Nrq2x4", "IRfs"), ("EDEN4", "IxEe"),
            ("LSQ2x4fs_32_Nlsq2x4", "ILfs"), ("PRQ2x2x4fs_32_Nrq2x4", "IPRf"), ("PLSQ2x2x4fs_32_Nlsq2x4", "IPLf"),
            ("NSG8", "INSf"), ("IVF4,RQ2x4", "IwRQ"), ("IVF4,LSQ2x4", "IwLS"), ("IVF4,PRQ2x2x4", "IwPR"),
            ("IVF4,PLSQ2x2x4", "IwPL"), ("IVF4,RQ2x4fs_32_Nrq2x4", "IVRf"), ("IVF4,EDEN4", "IwEe"),
            ("IVF4,ITQ8,SH", "IwSh"), ("Residual4,PQ4x4", "Ix2L"), ("HNSW4,4+PQ4x4", "IHN2"),
            ("MinMax,SQ8", "IRMf"), ("MinMaxFP16,SQ8", "IRMh"), ("IVF16(RCQ2x2),Flat", "ImRQ")):
        try:
            index = faiss.index_factory(d, factory, metric)
            index.train(x)
            if not factory.startswith(("ZnLattice", "MinMax")):
                index.add(x[:100])
        except Exception as e:
            print("  not made:", factory, str(e).splitlines()[-1][:100])
            continue
        book.refuse("".join(c if c.isalnum() else "_" for c in factory.lower()), index, text, factory)
    nn = faiss.IndexNNDescentFlat(d, 16)
    nn.add(x[:200])
    book.refuse("nndescent", nn, "INNf")
    for factory, text in (("BFlat", "IBxF"), ("BIVF4", "IBwF"), ("BHNSW4", "IBHf"), ("BHash8", "IBHh"),
                          ("BHash2x8", "IBHm"), ("IDMap,BFlat", "IBMp"), ("IDMap2,BFlat", "IBM2")):
        index = faiss.index_binary_factory(64, factory)
        codes = np.random.RandomState(32).randint(0, 256, size=(200, 8)).astype(np.uint8)
        index.train(codes)
        if "IDMap" in factory:
            index.add_with_ids(codes, np.arange(200))
        else:
            index.add(codes)
        data = faiss.serialize_index_binary(index)
        name = "binary_" + "".join(c if c.isalnum() else "_" for c in factory.lower())
        book.cases.append({"name": name, "file": book.put(name + ".faiss", data), "class": type(index).__name__,
                           "fourcc": bytes(data[:4]).decode(), "factory": None, "refused": text, "checks": []})
    book.cases.append({"name": "unknown_fourcc", "file": book.put("unknown_fourcc.faiss", b"IxZz" + bytes(60)),
                       "class": None, "fourcc": "IxZz", "factory": None, "refused": "IxZz", "checks": []})


FAMILIES = {
    "flat": flat,
    "idmap": idmap,
    "sq": golden_codecs.sq,
    "pq": golden_codecs.pq,
    "transform": golden_codecs.transform,
    "refine": golden_codecs.refine,
    "hnsw": golden_graphs.hnsw,
    "ivf": golden_graphs.ivf,
    "ivfcodes": golden_graphs.ivfcodes,
    "fastscan": golden_fast.fastscan,
    "rabitq": golden_fast.rabitq,
    "panorama": golden_fast.panorama,
    "independent": golden_fast.independent,
    "legacy": golden_legacy.legacy,
    "refused": refused,
}


def main():
    faiss.omp_set_num_threads(1)
    chosen = sys.argv[1:] or list(FAMILIES)
    total = 0
    for family in chosen:
        shutil.rmtree(os.path.join(ROOT, family), ignore_errors=True)
        book = Book(ROOT, family)
        FAMILIES[family](book)
        count = book.close()
        total += count
        print(f"{family}: {count} cases")
    size = sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(ROOT) for f in files)
    print(f"{total} cases written; the golden directory holds {size / 1e6:.2f} MB")
    if size > 10_000_000:
        sys.exit("more than 10 MB")


if __name__ == "__main__":
    main()
