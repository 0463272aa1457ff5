"""Golden cases of 4-bit fast-scan, RaBitQ, Panorama and the independent quantizer."""

import faiss
import numpy as np

from golden_codecs import BOTH, exact_pq, metric_of
from golden_graphs import exact_quantizer
from golden_lib import clustered, ints


def fastscan(book):
    d, n = 16, 150
    xi, xr = ints(n, d, 301), clustered(700, d, 302)
    book.queries("qi", ints(5, d, 303))
    book.queries("qr", clustered(4, d, 304))
    keep = []
    for m, dd in ((8, 16), (3, 12), (16, 16)):
        xb = ints(n, dd, 305 + dd)
        sets = "qi" if dd == d else f"q{dd}"
        if sets not in book.sets:
            book.queries(sets, ints(5, dd, 306 + dd))
        for metric in BOTH:
            for bbs in (32, 64) if m == 8 else (32,):
                index = faiss.IndexPQFastScan(dd, m, 4, metric_of(metric), bbs)
                index.pq = exact_pq(dd, m, 4, 307)
                index.is_trained = True
                index.add(xb)
                # Sums of table entries that were rounded to 8 bits: the last bits of the affine map may differ.
                book.case(f"pq{m}x4fs_bbs{bbs}_{metric.lower()}", index, sets, xb, k=(1, 10, 25), relative=1e-6,
                          reconstruct=(0, 149) if bbs == 32 else (), factory=f"PQ{m}x4fs" + (f"_{bbs}" if bbs != 32 else ""))
    for metric in BOTH:
        index = faiss.index_factory(d, "PQ8x4fs", metric_of(metric))
        index.train(xr)
        index.add(xr[:n])
        # A table entry that lies on the edge between two 8-bit steps may fall either way: M steps of 1/255 of the span.
        book.case(f"trained_pq8x4fs_{metric.lower()}", index, "qr", xr, k=(1, 10), relative=2e-3, factory="PQ8x4fs")
    nlist = 8
    sel = ({"nprobe": 8, "sel": {"range": [20, 90]}}, {"nprobe": 8, "sel": {"batch": [1, 2, 3, 99, 140]}})
    probes = ({}, {"nprobe": 1}, {"nprobe": 8})
    for metric in BOTH:
        for residual in (False, True):
            for bbs in (32, 64) if not residual else (32,):
                q = exact_quantizer(d, nlist, 308, metric_of(metric))
                index = faiss.IndexIVFPQFastScan(q, d, nlist, 8, 4, metric_of(metric), bbs)
                keep.append((q, index))
                index.by_residual = residual
                table = exact_pq(d, 8, 4, 309)
                if residual:
                    faiss.copy_array_to_vector(faiss.vector_to_array(table.centroids) - 8, table.centroids)
                index.pq = table
                index.is_trained = True
                index.precompute_table()
                index.add(xi)
                index.nprobe = 3
                book.case(f"ivf_pq8x4fs{'r' if residual else ''}_bbs{bbs}_{metric.lower()}", index, "qi", xi, k=(1, 10, 25),
                          params=probes + sel, relative=1e-6 if not residual else 2e-3,
                          factory=f"IVF8,PQ8x4fs{'r' if residual else ''}" + (f"_{bbs}" if bbs != 32 else ""))
    for factory in ("IVF8,PQ8x4fs", "IVF8,PQ8x4fsr", "IVF8_HNSW4,PQ8x4fs,RFlat", "OPQ8,IVF8,PQ8x4fs", "IDMap,PQ8x4fs"):
        index = faiss.index_factory(d, factory)
        if factory.startswith("OPQ"):
            faiss.downcast_VectorTransform(index.chain.at(0)).niter = 2
        index.train(xr)
        if "IDMap" in factory:
            index.add_with_ids(xr[:n], np.arange(n) * 5)
        else:
            index.add(xr[:n])
        name = "".join(c if c.isalnum() else "_" for c in factory.lower())
        params = probes if "IVF" in factory else ({},)
        book.case("trained_" + name, index, "qr", xr, k=(1, 10), params=params, relative=2e-3, factory=factory)
    pq = faiss.IndexPQ(d, 8, 4)
    pq.pq = exact_pq(d, 8, 4, 310)
    pq.is_trained = True
    pq.add(xi)
    index = faiss.IndexPQFastScan(pq)
    book.case("from_index_pq", index, "qi", xi, k=(1, 10), relative=1e-6)
    index = faiss.IndexPQFastScan(d, 8, 4)
    index.pq = exact_pq(d, 8, 4, 310)
    index.is_trained = True
    index.add(xi)
    index.remove_ids(np.arange(0, 150, 9))
    book.case("after_removal", index, "qi", xi, k=(10,), relative=1e-6, cleared=True)


def factors(d, bits):
    """Byte offsets of the float32 factors in a RaBitQ code."""
    signs = (d + 7) // 8
    if bits == 1:
        return [signs, signs + 4]
    extra = signs + 12 + (d * (bits - 1) + 7) // 8
    return [signs, signs + 4, signs + 8, extra, extra + 4]


def rabitq(book):
    d, n, nlist = 16, 100, 6
    xr = clustered(500, d, 321)
    book.queries("qr", clustered(4, d, 322))
    probes = ({}, {"nprobe": 6}, {"nprobe": 2})
    for bits in (1, 2, 3, 4, 5, 6, 7, 8, 9):
        for metric in BOTH if bits in (1, 4) else ("L2",):
            suffix = "" if bits == 1 else str(bits)
            index = faiss.index_factory(d, "RaBitQ" + suffix, metric_of(metric))
            index.train(xr)
            index.add(xr[:n])
            params = ({}, {"qb": 0}, {"qb": 8}, {"qb": 0, "sel": {"range": [10, 60]}}) if bits in (1, 4) else ({}, {"qb": 0})
            if bits == 1:
                params += ({"qb": 4, "centered": True},)
            book.case(f"rabitq{bits}_{metric.lower()}", index, "qr", xr, k=(1, 8), params=params, relative=1e-4,
                      reconstruct=(0, 99), codes=True, code_floats=factors(d, bits), factory="RaBitQ" + suffix)
            index = faiss.index_factory(d, "IVF6,RaBitQ" + suffix, metric_of(metric))
            index.train(xr)
            index.add(xr[:n])
            book.case(f"ivf_rabitq{bits}_{metric.lower()}", index, "qr", xr, k=(1, 8), relative=1e-4,
                      params=probes + ({"nprobe": 6, "qb": 0}, {"nprobe": 6, "qb": 8}), factory="IVF6,RaBitQ" + suffix)
    for bits in (1, 2, 4, 9):
        for metric in BOTH if bits in (1, 4) else ("L2",):
            suffix = "" if bits == 1 else str(bits)
            index = faiss.index_factory(d, "RaBitQfs" + suffix, metric_of(metric))
            index.train(xr)
            index.add(xr[:n])
            # 8-bit tables of the quantised query: a step may fall either way.
            book.case(f"rabitqfs{bits}_{metric.lower()}", index, "qr", xr, k=(1, 8), relative=2e-3, factory="RaBitQfs" + suffix)
            index = faiss.index_factory(d, "IVF6,RaBitQfs" + suffix, metric_of(metric))
            index.train(xr)
            index.add(xr[:n])
            book.case(f"ivf_rabitqfs{bits}_{metric.lower()}", index, "qr", xr, k=(1, 8), params=probes, relative=2e-3,
                      factory="IVF6,RaBitQfs" + suffix)
    index = faiss.index_factory(d, "RaBitQfs_64")
    index.train(xr)
    index.add(xr[:n])
    book.case("rabitqfs_bbs64", index, "qr", xr, k=(1, 8), relative=2e-3, factory="RaBitQfs_64")
    for bits in (1, 4):
        suffix = "" if bits == 1 else str(bits)
        index = faiss.index_factory(d, "HNSW6,RaBitQ" + suffix)
        index.train(xr)
        index.add(xr[:n])
        book.case(f"hnsw_rabitq{bits}", index, "qr", xr, k=(1, 8), params=({}, {"efSearch": 60}), relative=1e-4,
                  factory="HNSW6,RaBitQ" + suffix)
    for factory in ("HR,RaBitQ4", "RR,IVF6,RaBitQ", "IDMap,RaBitQ"):
        index = faiss.index_factory(d, factory)
        index.train(xr)
        if "IDMap" in factory:
            index.add_with_ids(xr[:n], np.arange(n) * 5)
        else:
            index.add(xr[:n])
        book.case("wrapped_" + factory.lower().replace(",", "_"), index, "qr", xr, k=(1, 8), relative=1e-4, factory=factory)
    index = faiss.index_factory(13, "RaBitQ3")
    odd = clustered(300, 13, 323)
    index.train(odd)
    index.add(odd[:50])
    book.queries("q13", clustered(4, 13, 324))
    book.case("rabitq3_d13", index, "q13", odd, k=(1, 8), params=({}, {"qb": 0}), relative=1e-4, reconstruct=(0, 49), codes=True,
              code_floats=factors(13, 3), factory="RaBitQ3")


def panorama(book):
    d, n = 16, 150
    xi = ints(n, d, 341)
    book.queries("qi", ints(5, d, 342))
    sel = ({}, {"sel": {"range": [20, 90]}})
    for levels, batch in ((4, 1024), (8, 32), (5, 64), (1, 128), (16, 16)):
        for metric, cls in (("L2", faiss.IndexFlatL2Panorama), ("INNER_PRODUCT", faiss.IndexFlatIPPanorama)):
            index = cls(d, levels, batch)
            index.add(xi)
            radius = 500.0 if metric == "L2" else 900.0
            name = "FlatL2Panorama" if metric == "L2" else "FlatIPPanorama"
            # Tail norms are square roots: distances come from norms and products, exact here, up to the last bits.
            book.case(f"flat_{metric.lower()}_{levels}_{batch}", index, "qi", xi, k=(1, 8), params=sel, radius=(radius,),
                      reconstruct=(0, 149), factory=f"{name}{levels}_{batch}")
    keep = []
    for metric in BOTH:
        for levels, batch in ((4, 64), (8, 32)):
            try:
                q = exact_quantizer(d, 6, 343, metric_of(metric))
                index = faiss.index_factory(d, f"IVF6,FlatPanorama{levels}_{batch}", metric_of(metric))
                keep.append((q, index))
                index.train(clustered(300, d, 344) * 3 + 8)
                index.add(xi)
            except RuntimeError as e:
                print("  not made: IVF panorama", metric, str(e).splitlines()[-1][:100])
                continue
            book.case(f"ivf_{metric.lower()}_{levels}_{batch}", index, "qi", xi, k=(1, 8),
                      params=({}, {"nprobe": 3}, {"nprobe": 6}, {"nprobe": 6, "sel": {"range": [20, 90]}}),
                      factory=f"IVF6,FlatPanorama{levels}_{batch}")
    index = faiss.index_factory(d, "HNSW6,FlatPanorama4")
    index.add(xi)
    book.case("hnsw_l2_4", index, "qi", xi, k=(1, 8), params=({}, {"efSearch": 64}), factory="HNSW6,FlatPanorama4")
    index = faiss.index_factory(d, "PQ8x4np,RefinePanorama(FlatL2Panorama4_1)")
    index.train(clustered(600, d, 345) * 3 + 8)
    index.add(xi)
    book.case("refine_panorama", index, "qi", xi, k=(1, 8), params=({}, {"k_factor_rf": 5}),
              factory="PQ8x4np,RefinePanorama(FlatL2Panorama4_1)")
    index = faiss.IndexFlatL2Panorama(d, 4, 32)
    book.case("flat_empty", index, "qi", xi, k=(2,), exact=True, factory="FlatL2Panorama4_32")


def independent(book):
    d, n = 16, 120
    xr = clustered(600, d, 361)
    book.queries("qr", clustered(4, d, 362))
    probes = ({}, {"nprobe": 3})
    for name, inner_d, make in (
            ("flat", d, lambda q: faiss.IndexIVFFlat(q, d, 6)),
            ("pca_flat", 8, lambda q: faiss.IndexIVFFlat(q, 8, 6)),
            ("pca_pq", 8, lambda q: faiss.IndexIVFPQ(q, 8, 6, 4, 4)),
            ("pca_sq8", 8, lambda q: faiss.IndexIVFScalarQuantizer(q, 8, 6, faiss.ScalarQuantizer.QT_8bit))):
        quantizer = faiss.IndexFlatL2(d)
        inner = make(faiss.IndexFlatL2(inner_d))
        vt = faiss.PCAMatrix(d, inner_d) if inner_d != d else None
        index = faiss.IndexIVFIndependentQuantizer(quantizer, inner, vt)
        index.train(xr)
        index.add(xr[:n])
        inner.nprobe = 2
        book.case(name, index, "qr", xr, k=(1, 6), params=({},), relative=3e-5)
