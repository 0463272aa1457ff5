"""Golden cases of HNSW and IVF."""

import os

import faiss
import numpy as np

from golden_codecs import BOTH, exact_pq, metric_of
from golden_lib import clustered, ints, reals

EFS = ({}, {"efSearch": 4}, {"efSearch": 64}, {"efSearch": 8, "bounded_queue": False},
       {"efSearch": 32, "check_relative_distance": False}, {"efSearch": 24, "sel": {"range": [0, 90]}},
       {"efSearch": 40, "sel": {"not": {"batch": list(range(0, 150, 2))}}})


def hnsw(book):
    d, n = 8, 150
    xi, xr = ints(n, d, 201), reals(n, d, 202)
    book.queries("qi", ints(6, d, 203))
    book.queries("qr", reals(4, d, 204))
    for metric in ("L2", "INNER_PRODUCT", "L1", "Linf"):
        for m in (4, 16) if metric in BOTH else (6,):
            index = faiss.IndexHNSWFlat(d, m, metric_of(metric))
            index.add(xi)
            params = EFS if m == 4 else EFS[:3]
            radius = {"L2": (120.0,), "INNER_PRODUCT": (700.0,)}.get(metric, ())
            book.case(f"flat_m{m}_{metric.lower()}", index, "qi", xi, k=(1, 7), params=params, radius=radius,
                      reconstruct=(0, 149), exact=True, factory=f"HNSW{m},Flat")
    index = faiss.IndexHNSWFlat(d, 8)
    index.hnsw.efConstruction = 10
    index.hnsw.efSearch = 3
    for part in (xi[:1], xi[1:60], xi[60:]):
        index.add(part)
    book.case("flat_several_adds", index, "qi", xi, k=(1, 7), exact=True, factory="HNSW8")
    index = faiss.IndexHNSWFlat(d, 8)
    index.add(xr)
    book.case("flat_real", index, "qr", xr, k=(1, 7), params=EFS[:3], factory="HNSW8")
    book.case("flat_empty", faiss.IndexHNSWFlat(d, 8), "qi", xi, k=(2,), exact=True, factory="HNSW8")
    index = faiss.IndexHNSWFlat(d, 8)
    index.add(xi[:1])
    book.case("flat_one", index, "qi", xi, k=(2,), exact=True, factory="HNSW8")
    dup = np.repeat(ints(10, d, 205), 12, axis=0)
    index = faiss.IndexHNSWFlat(d, 4)
    index.add(dup)
    book.case("flat_duplicates", index, "qi", dup, k=(5,), params=EFS[:3], exact=True, factory="HNSW4")
    index = faiss.IndexIDMap2(faiss.IndexHNSWFlat(d, 4))
    index.add_with_ids(xi, np.arange(n) * 11 + 3)
    book.case("idmap2", index, "qi", xi, k=(4,), params=({}, {"efSearch": 30, "sel": {"range": [0, 800]}}),
              reconstruct=(3, 14), exact=True, factory="IDMap2,HNSW4")
    for qtype, name, exact in (("QT_8bit", "SQ8", False), ("QT_4bit", "SQ4", False), ("QT_6bit", "SQ6", False),
                               ("QT_fp16", "SQfp16", True), ("QT_bf16", "SQbf16", True), ("QT_8bit_direct", "SQ8_direct", True)):
        for metric in BOTH if name in ("SQ8", "SQfp16") else ("L2",):
            index = faiss.IndexHNSWSQ(d, getattr(faiss.ScalarQuantizer, qtype), 6, metric_of(metric))
            index.train(xi)
            index.add(xi)
            # A short candidate list follows the last bits of rounded distances: there only a long one is compared.
            book.case(f"{name.lower()}_{metric.lower()}", index, "qi", xi, k=(1, 7),
                      params=EFS[:3] if exact else ({"efSearch": 64}, {"efSearch": 120}), reconstruct=(0, 149),
                      exact=exact, factory=f"HNSW6,{name}")
    index = faiss.IndexHNSWPQ(d, 4, 6, 6)
    faiss.downcast_index(index.storage).pq = exact_pq(d, 4, 6, 206)
    faiss.downcast_index(index.storage).is_trained = True
    index.is_trained = True
    faiss.downcast_index(index.storage).pq.compute_sdc_table()
    index.add(xi)
    book.case("pq4x6_integer", index, "qi", xi, k=(1, 7), params=EFS[:3], exact=True, factory="HNSW6,PQ4x6np")
    xt = clustered(600, d, 207)
    book.queries("qc", clustered(4, d, 208))
    index = faiss.IndexHNSWPQ(d, 4, 6, 4)
    index.train(xt)
    index.add(xt[:n])
    book.case("pq4x4", index, "qc", xt, k=(1, 7), params=EFS[:3], factory="HNSW6,PQ4x4np")
    for metric in BOTH:
        index = faiss.IndexHNSWCagra(d, 8, metric_of(metric))
        index.add(xi)
        book.case(f"cagra_{metric.lower()}", index, "qi", xi, k=(1, 7), params=({}, {"efSearch": 64}), exact=True)
    fp16 = faiss.IndexHNSWCagra(d, 8, faiss.METRIC_L2, faiss.Float16) if hasattr(faiss, "Float16") else None
    if fp16 is not None:
        fp16.add(xi)
        book.case("cagra_fp16", fp16, "qi", xi, k=(1, 7), params=({}, {"efSearch": 64}), exact=True)
    for qtype in ("QT_bf16", "QT_8bit_direct_signed"):
        storage = faiss.IndexScalarQuantizer(d, getattr(faiss.ScalarQuantizer, qtype))
        storage.is_trained = True
        index = faiss.IndexHNSW(storage, 6)
        index.add(xi)
        book.case(f"any_storage_{qtype[3:]}", index, "qi", xi, k=(1, 7), params=EFS[:3], exact=True)
    index = faiss.IndexHNSWFlat(d, 6)
    index.add(xi)
    writer = faiss.VectorIOWriter()
    faiss.write_index(index, writer, faiss.IO_FLAG_SKIP_STORAGE)
    book.case("without_storage", None, [], xi, data=faiss.vector_to_array(writer.data))
    index = faiss.IndexPreTransform(faiss.RemapDimensionsTransform(d, 12, False), faiss.IndexHNSWFlat(12, 6))
    index.add(xi)
    book.case("pad_hnsw", index, "qi", xi, k=(5,), params=EFS[:3], exact=True, factory="Pad12,HNSW6")
    index = faiss.IndexRefineFlat(faiss.IndexHNSWSQ(d, faiss.ScalarQuantizer.QT_fp16, 6))
    index.train(xi)
    index.add(xi)
    index.k_factor = 2
    book.case("fp16_rflat", index, "qi", xi, k=(5,), params=({}, {"efSearch": 50, "k_factor_rf": 4}), exact=True,
              factory="HNSW6,SQfp16,RFlat")


def exact_quantizer(d, nlist, seed, metric=faiss.METRIC_L2):
    q = faiss.IndexFlat(d, metric)
    q.add(ints(nlist, d, seed))
    return q


PROBES = ({}, {"nprobe": 1}, {"nprobe": 3}, {"nprobe": 16})


def ivf(book):
    d, n, nlist = 8, 150, 12
    xi, xr = ints(n, d, 221), clustered(600, d, 222)
    book.queries("qi", ints(5, d, 223))
    book.queries("qr", clustered(4, d, 224))
    keep = []

    def make(metric="L2", lists=nlist, cls=faiss.IndexIVFFlat, *more):
        q = exact_quantizer(d, lists, 225, metric_of(metric) if metric in BOTH else faiss.METRIC_L2)
        index = cls(q, d, lists, *more, metric_of(metric))
        keep.append((q, index))
        index.is_trained = True
        index.nprobe = 4
        return index

    sels = ({"nprobe": 6, "sel": {"range": [20, 90]}}, {"nprobe": 12, "sel": {"batch": [1, 5, 9, 77, 140]}},
            {"nprobe": 12, "sel": {"not": {"range": [10, 140]}}}, {"nprobe": 12, "sel": {"bitmap": [170] * 12}})
    for metric in ("L2", "INNER_PRODUCT", "L1", "Linf", "Canberra"):
        index = make(metric)
        index.add(xi)
        both = metric in BOTH
        radius = {"L2": (150.0,), "INNER_PRODUCT": (600.0,)}.get(metric, ())
        book.case(f"flat_{metric.lower()}", index, "qi", xi, k=(1, 8, 170), params=PROBES + (sels if both else ()),
                  radius=radius, exact=metric != "Canberra", factory="IVF12,Flat")
    index = make()
    index.add(xi)
    book.case("flat_max_codes", index, "qi", xi, k=(5,), params=({"nprobe": 12, "max_codes": 20},
              {"nprobe": 12, "max_codes": 70}), exact=True)
    index = make()
    ids = np.random.RandomState(226).permutation(10 ** 6)[:n].astype(np.int64)
    index.add_with_ids(xi, ids)
    book.case("flat_given_ids", index, "qi", xi, k=(1, 8), params=({}, {"nprobe": 12, "sel": {"batch": ids[:30].tolist()}}),
              exact=True, factory="IVF12,Flat")
    for kind, name in ((faiss.DirectMap.Array, "array"), (faiss.DirectMap.Hashtable, "hashtable")):
        index = make()
        if name == "hashtable":
            index.add_with_ids(xi, ids)
        else:
            index.add(xi)
        index.set_direct_map_type(kind)
        book.case(f"flat_direct_map_{name}", index, "qi", xi, k=(5,), exact=True, unordered=name == "hashtable",
                  reconstruct=ids[[0, 80]] if name == "hashtable" else (0, 80, 149), factory="IVF12,Flat")
    index = make(lists=40)
    index.add(xi[:9])
    book.case("flat_sparse_lists", index, "qi", xi, k=(5,), params=PROBES, exact=True, factory="IVF40,Flat")
    index = make()
    book.case("flat_empty", index, "qi", xi, k=(3,), exact=True, factory="IVF12,Flat")
    book.case("flat_untrained", faiss.index_factory(d, "IVF12,Flat"), [], xi, factory="IVF12,Flat")
    index = make()
    nan = xi.copy()
    nan[[3, 50]] = np.nan
    index.add(nan)
    book.case("flat_nan_not_stored", index, "qi", xi, k=(5,), params=PROBES, exact=True, factory="IVF12,Flat")
    index = make()
    index.add(xi)
    index.remove_ids(np.arange(0, 150, 7))
    book.case("flat_after_removal", index, "qi", xi, k=(5, 150), params=PROBES, exact=True, factory="IVF12,Flat")
    index = make(cls=faiss.IndexIVFFlatDedup)
    dup = np.repeat(xi[:40], 3, axis=0)
    # Training is what marks a deduplicating index ready; the quantizer is already trained and stays.
    index.train(xi)
    index.add(dup)
    book.case("flat_dedup", index, "qi", dup, k=(1, 8), params=PROBES, exact=True, unordered=True, factory="IVF12,FlatDedup")
    for coarse in ("IVF12_HNSW8,Flat", "IVF12(SQfp16),Flat", "IVF12(IVF3,Flat),Flat"):
        index = faiss.index_factory(d, coarse)
        index.train(xr)
        index.add(xr[:n])
        index.nprobe = 4
        book.case("coarse_" + coarse.split(",Flat")[0][5:].strip("_()").replace(",", "_").lower(), index, "qr", xr, k=(1, 6),
                  params=PROBES, factory=coarse)
    imi = faiss.index_factory(d, "IMI2x3,Flat")
    imi.train(xr)
    imi.add(xr[:n])
    imi.nprobe = 6
    book.case("coarse_imi", imi, "qr", xr, k=(1, 6), params=PROBES, factory="IMI2x3,Flat")
    for metric in BOTH:
        index = faiss.index_factory(d, "IVF10,Flat", metric_of(metric))
        index.train(xr)
        index.add(xr[:n])
        index.nprobe = 3
        book.case(f"trained_{metric.lower()}", index, "qr", xr, k=(1, 6), params=PROBES, factory="IVF10,Flat")
    for factory in ("IDMap2,IVF10,Flat", "PCA4,IVF10,Flat", "IVF10,SQ8,RFlat", "L2norm,IVF10,Flat"):
        index = faiss.index_factory(d, factory)
        index.train(xr)
        if "IDMap" in factory:
            index.add_with_ids(xr[:n], np.arange(n) * 3 + 5)
        else:
            index.add(xr[:n])
        book.case("wrapped_" + factory.lower().replace(",", "_"), index, "qr", xr, k=(1, 6), params=PROBES, relative=3e-5,
                  factory=factory)
    # Lists on disk: the stored name is relative, the data file lies beside the index.
    index = make()
    index.add(xi)
    here = os.getcwd()
    os.chdir(book.path("."))
    try:
        disk = faiss.OnDiskInvertedLists(nlist, index.code_size, "flat_on_disk.ivfdata")
        disk.merge_from_1(index.invlists)
        index.replace_invlists(disk)
        data = faiss.serialize_index(index)
    finally:
        os.chdir(here)
    book.case("flat_on_disk", index, "qi", xi, k=(1, 8), params=PROBES, exact=True, data=data, sidecar="flat_on_disk.ivfdata")


def ivfcodes(book):
    d, n, nlist = 8, 150, 8
    xi, xr = ints(n, d, 231), clustered(600, d, 232)
    book.queries("qi", ints(5, d, 233))
    book.queries("qr", clustered(4, d, 234))
    keep = []
    sel = ({"nprobe": 8, "sel": {"range": [20, 90]}},)
    for qtype, name in (("QT_8bit", "SQ8"), ("QT_4bit", "SQ4"), ("QT_6bit", "SQ6"), ("QT_fp16", "SQfp16"), ("QT_bf16", "SQbf16"),
                        ("QT_8bit_direct", "SQ8_direct"), ("QT_8bit_uniform", None), ("QT_4bit_uniform", None), ("QT_0bit", "SQ0"),
                        ("QT_4bit_tqmse", "SQtqmse4"), ("QT_3bit_tq", "SQtq3")):
        for metric in BOTH:
            for residual in (True, False):
                if residual and qtype == "QT_8bit_direct" or not residual and "tq" in qtype:
                    continue
                q = exact_quantizer(d, nlist, 235, metric_of(metric))
                index = faiss.IndexIVFScalarQuantizer(q, d, nlist, getattr(faiss.ScalarQuantizer, qtype), metric_of(metric),
                                                      residual)
                keep.append((q, index))
                index.train(xi)
                index.add(xi)
                index.nprobe = 3
                exact = qtype in ("QT_fp16", "QT_bf16", "QT_8bit_direct", "QT_0bit")
                # FAISS's L2 distances of residual TurboQuant codes are not distances to the decoded vectors (they go
                # below zero); Sagitta's are. Only the file is compared.
                wrong = residual and qtype == "QT_3bit_tq" and metric == "L2"
                book.case(f"{qtype[3:]}_{'residual' if residual else 'direct'}_{metric.lower()}", index, "qi", xi,
                          k=() if wrong else (1, 8),
                          params=PROBES + sel, exact=exact, relative=1e-4 if "tq" in qtype else 2e-5,
                          factory=f"IVF8,{name}" if name and residual == (qtype != "QT_8bit_direct") else None)
    for m, nbits in ((4, 8), (2, 6), (4, 4)):
        for metric in BOTH:
            for residual in (True, False):
                q = exact_quantizer(d, nlist, 236, metric_of(metric))
                index = faiss.IndexIVFPQ(q, d, nlist, m, nbits, metric_of(metric))
                keep.append((q, index))
                index.by_residual = residual
                table = exact_pq(d, m, nbits, 237, 16)
                if residual:
                    centroids = faiss.vector_to_array(table.centroids) - 8
                    faiss.copy_array_to_vector(centroids, table.centroids)
                index.pq = table
                index.is_trained = True
                index.precompute_table()
                index.add(xi)
                index.nprobe = 3
                book.case(f"pq{m}x{nbits}_{'residual' if residual else 'direct'}_{metric.lower()}", index, "qi", xi, k=(1, 8),
                          params=PROBES + sel, radius=(200.0,) if metric == "L2" else (500.0,), exact=True,
                          factory=f"IVF8,PQ{m}x{nbits}np" if residual else None)
    for metric in BOTH:
        index = faiss.index_factory(d, "IVF8,PQ4x4np", metric_of(metric))
        index.train(xr)
        index.add(xr[:n])
        index.nprobe = 3
        book.case(f"trained_pq4x4_{metric.lower()}", index, "qr", xr, k=(1, 8), params=PROBES, relative=3e-5,
                  factory="IVF8,PQ4x4np")
    poly = faiss.index_factory(d, "IVF8,PQ4x8np")
    poly.do_polysemous_training = True
    poly.train(clustered(1200, d, 239))
    poly.add(xr[:n])
    thresholds = tuple({"nprobe": 6, "polysemous_ht": ht} for ht in (8, 13, 16, 33)) + (
        {"nprobe": 6, "polysemous_ht": 13, "max_codes": 20}, {"nprobe": 8, "polysemous_ht": 14, "sel": {"range": [20, 110]}})
    book.case("polysemous_pq4x8", poly, "qr", xr, k=(6,), params=PROBES + thresholds, radius=(40.0,), relative=3e-5)
    for residual in (True, False):
        for metric in BOTH:
            poly = faiss.index_factory(d, "IVF8,PQ8x8", metric_of(metric))
            poly.by_residual = residual
            faiss.downcast_index(poly).polysemous_training = training = faiss.PolysemousTraining()
            training.n_iter = 5000
            poly.train(clustered(1200, d, 239))
            poly.add(xr[:n])
            book.case(f"polysemous_pq8x8_{'residual' if residual else 'direct'}_{metric.lower()}", poly, "qr", xr, k=(6,),
                      params=tuple({**p, "polysemous_ht": 2 * p["polysemous_ht"]} for p in thresholds), relative=3e-5)
            poly.polysemous_training = None
    r = faiss.index_factory(d, "IVF8,PQ4+4")
    r.train(clustered(1200, d, 238))
    r.add(xr[:n])
    r.nprobe = 3
    book.case("pqr", r, "qr", xr, k=(1, 8), params=PROBES, relative=3e-5, factory="IVF8,PQ4+4")
    index = faiss.index_factory(d, "OPQ4,IVF8,PQ4x4np")
    faiss.downcast_VectorTransform(index.chain.at(0)).niter = 2
    index.train(xr)
    index.add(xr[:n])
    book.case("opq_ivf_pq", index, "qr", xr, k=(6,), params=PROBES, relative=3e-5, factory="OPQ4,IVF8,PQ4x4np")
    index = faiss.index_factory(d, "IVF8_HNSW4,SQ8")
    index.train(xr)
    index.add(xr[:n])
    book.case("hnsw_coarse_sq8", index, "qr", xr, k=(6,), params=PROBES + ({"nprobe": 3, "quantizer_efSearch": 30},),
              relative=2e-5, factory="IVF8_HNSW4,SQ8")
    q = exact_quantizer(d, nlist, 240)
    index = faiss.IndexIVFScalarQuantizer(q, d, nlist, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2)
    index.train(xi)
    index.add(xi)
    index.make_direct_map()
    book.case("fp16_direct_map", index, "qi", xi, k=(6,), params=PROBES, reconstruct=(0, 149), exact=True)
    book.case("pq_untrained", faiss.index_factory(d, "IVF8,PQ4x4np"), [], xi, factory="IVF8,PQ4x4np")
