"""Golden cases of scalar and product quantizers, vector transforms and refinement."""

import faiss
import numpy as np

from golden_lib import clustered, ints, reals

BOTH = ("L2", "INNER_PRODUCT")


def metric_of(name):
    return getattr(faiss, "METRIC_" + name)


def exact_pq(d, m, nbits, seed, high=16):
    """A ProductQuantizer whose centroids are integers, so that every table entry is exact."""
    pq = faiss.ProductQuantizer(d, m, nbits)
    table = np.random.RandomState(seed).randint(0, high, size=d << nbits).astype(np.float32)
    faiss.copy_array_to_vector(table, pq.centroids)
    return pq


SQ_TYPES = {
    "QT_8bit": "SQ8", "QT_4bit": "SQ4", "QT_8bit_uniform": None, "QT_4bit_uniform": None, "QT_fp16": "SQfp16",
    "QT_8bit_direct": "SQ8_direct", "QT_6bit": "SQ6", "QT_bf16": "SQbf16", "QT_8bit_direct_signed": "SQ8_direct_signed",
    "QT_1bit_tqmse": "SQtqmse1", "QT_2bit_tqmse": "SQtqmse2", "QT_3bit_tqmse": "SQtqmse3", "QT_4bit_tqmse": "SQtqmse4",
    "QT_8bit_tqmse": "SQtqmse8", "QT_2bit_tq": "SQtq2", "QT_3bit_tq": "SQtq3", "QT_4bit_tq": "SQtq4",
    "QT_5bit_tq": "SQtq5"}
EXACT_SQ = ("QT_fp16", "QT_bf16", "QT_8bit_direct", "QT_8bit_direct_signed")


def sq(book):
    d, n = 13, 60
    xi, xr = ints(n, d, 101), reals(n, d, 102)
    book.queries("qi", ints(4, d, 103))
    book.queries("qr", reals(4, d, 104))
    unit = xr / np.linalg.norm(xr, axis=1, keepdims=True)
    book.queries("qn", reals(4, d, 105) / 4)
    for qtype, factory in SQ_TYPES.items():
        turbo = "tq" in qtype
        exact = qtype in EXACT_SQ
        for metric in BOTH:
            index = faiss.IndexScalarQuantizer(d, getattr(faiss.ScalarQuantizer, qtype), metric_of(metric))
            xb, sets = (xi, "qi") if exact else (unit, "qn") if turbo else (xr, "qr")
            index.train(xb)
            index.add(xb)
            params = ({}, {"sel": {"range": [5, 33]}}) if not turbo else ({},)
            radius = float(np.median(index.search(np.array(book.sets[sets], np.float32), 10)[0][:, 6]))
            # TurboQuant projects the residual: rounding is that of a d-term product of normalised values.
            book.case(f"{qtype[3:].lower()}_{metric.lower()}", index, sets, xb, k=(1, 9), params=params,
                      radius=(radius,), reconstruct=(0, 17, 59), codes=True, exact=exact,
                      relative=1e-4 if turbo else 1e-5, factory=factory)
    for stat, arg in (("RS_meanstd", 2.0), ("RS_quantiles", 0.1), ("RS_optim", 0.0), ("RS_minmax", 0.25)):
        for qtype in ("QT_8bit", "QT_4bit_uniform", "QT_6bit"):
            index = faiss.IndexScalarQuantizer(d, getattr(faiss.ScalarQuantizer, qtype), faiss.METRIC_L2)
            index.sq.rangestat = getattr(faiss.ScalarQuantizer, stat)
            index.sq.rangestat_arg = arg
            index.train(xr)
            index.add(xr)
            book.case(f"{qtype[3:].lower()}_{stat[3:]}", index, "qr", xr, k=(5,), reconstruct=(3,), codes=True)
    signed = ints(n, d, 106, -100, 100)
    book.queries("qs", ints(4, d, 107, -100, 100))
    index = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit_direct_signed)
    index.train(signed)
    index.add(signed)
    book.case("8bit_direct_signed_negative", index, "qs", signed, k=(1, 9), reconstruct=(0, 59), codes=True, exact=True,
              factory="SQ8_direct_signed")
    untrained = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit)
    book.case("untrained", untrained, [], xr, factory="SQ8")
    flat_dim = xr.copy()
    flat_dim[:, 3] = 1.5
    index = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit)
    index.train(flat_dim)
    index.add(flat_dim)
    book.case("zero_variance_dimension", index, "qr", flat_dim, k=(5,), reconstruct=(3,), codes=True, factory="SQ8")


def pq(book):
    n = 60
    for d, m, nbits in ((8, 4, 8), (16, 2, 8), (16, 8, 4), (12, 3, 4), (12, 4, 6), (8, 2, 12), (8, 2, 10), (8, 4, 5), (8, 8, 1),
                        (8, 4, 3), (8, 4, 7), (6, 3, 9), (2, 2, 16)):
        xb = ints(n, d, 110 + d + m)
        if f"q{d}" not in book.sets:
            book.queries(f"q{d}", ints(4, d, 111 + d))
        for metric in BOTH if nbits in (4, 6, 8, 12) else ("L2",):
            index = faiss.IndexPQ(d, m, nbits, metric_of(metric))
            index.pq = exact_pq(d, m, nbits, 112)
            index.is_trained = True
            index.add(xb)
            radius = float(np.median(index.search(np.array(book.sets[f"q{d}"], np.float32), 10)[0][:, 6]))
            book.case(f"pq{m}x{nbits}_d{d}_{metric.lower()}", index, f"q{d}", xb, k=(1, 8), radius=(radius,),
                      reconstruct=(0, 33), codes=True, exact=True, factory=f"PQ{m}x{nbits}np")
    d = 16
    xr = clustered(600, d, 120)
    book.queries("qr", clustered(4, d, 121))
    for m, nbits in ((4, 4), (4, 6), (8, 8)):
        for metric in BOTH:
            index = faiss.IndexPQ(d, m, nbits, metric_of(metric))
            index.train(xr)
            index.add(xr[:80])
            book.case(f"trained_pq{m}x{nbits}_{metric.lower()}", index, "qr", xr, k=(1, 8), reconstruct=(0, 33),
                      codes=True, factory=f"PQ{m}x{nbits}np")
    # The other ways to search codes. Hamming-type distances are small integers: always exact.
    poly = faiss.IndexPQ(d, 8, 8)
    poly.do_polysemous_training = True
    poly.polysemous_training.n_iter = 2000
    poly.train(xr)
    poly.add(xr[:80])
    for name, kind in (("sdc", faiss.IndexPQ.ST_SDC), ("he", faiss.IndexPQ.ST_HE),
                       ("generalized_he", faiss.IndexPQ.ST_generalized_HE), ("polysemous", faiss.IndexPQ.ST_polysemous),
                       ("polysemous_generalize", faiss.IndexPQ.ST_polysemous_generalize)):
        poly.search_type = kind
        poly.polysemous_ht = 6 if kind == faiss.IndexPQ.ST_polysemous_generalize else 28
        # FAISS does not rebuild the symmetric table of an IndexPQ at load: without this it refuses to search.
        book.case(f"search_{name}", poly, "qr", xr, k=(1, 8), codes=True,
                  prepare=(lambda read: read.pq.compute_sdc_table()) if name == "sdc" else None)
    untrained = faiss.IndexPQ(d, 4, 4)
    book.case("untrained", untrained, [], xr, factory="PQ4x4np")


def transform(book):
    d, n = 16, 60
    xi, xr = ints(n, d, 131), clustered(n, d, 132)
    xt = clustered(2000, d, 133)
    book.queries("qi", ints(4, d, 134))
    book.queries("qr", clustered(4, d, 135))

    def wrap(name, chain, inner, exact=False, factory=None, relative=1e-5, **more):
        index = faiss.IndexPreTransform(inner)
        for vt in reversed(chain):
            index.prepend_transform(vt)
        xb, sets = (xi, "qi") if exact else (xr, "qr")
        if not index.is_trained:
            index.train(xt)
        index.own_fields = False
        index.add(xb)
        book.case(name, index, sets, xb, k=(1, 6), params=({}, {"sel": {"range": [0, 30]}}), exact=exact, factory=factory,
                  relative=relative, **more)

    wrap("pad", [faiss.RemapDimensionsTransform(d, 24, False)], faiss.IndexFlatL2(24), exact=True, factory="Pad24,Flat",
         reconstruct=(0, 59))
    wrap("remap_uniform", [faiss.RemapDimensionsTransform(d, 24, True)], faiss.IndexFlatL2(24), exact=True,
         reconstruct=(0, 59))
    wrap("remap_fewer", [faiss.RemapDimensionsTransform(d, 8, True)], faiss.IndexFlatL2(8), exact=True)
    linear = faiss.LinearTransform(d, 8, True)
    faiss.copy_array_to_vector(ints(8, d, 136, -2, 3).ravel(), linear.A)
    faiss.copy_array_to_vector(ints(1, 8, 137).ravel(), linear.b)
    linear.is_trained = True
    wrap("linear_integer", [linear], faiss.IndexFlatL2(8), exact=True)
    center = faiss.CenteringTransform(d)
    faiss.copy_array_to_vector(ints(1, d, 138).ravel(), center.mean)
    center.is_trained = True
    wrap("center_integer", [center], faiss.IndexFlatL2(d), exact=True, reconstruct=(0, 59))
    wrap("center", [faiss.CenteringTransform(d)], faiss.IndexFlatL2(d))
    wrap("norm", [faiss.NormalizationTransform(d)], faiss.IndexFlatIP(d), factory="L2norm,Flat")
    wrap("hadamard", [faiss.HadamardRotation(d)] if hasattr(faiss, "HadamardRotation") else
         [faiss.downcast_VectorTransform(faiss.downcast_index(faiss.index_factory(d, "HR,Flat")).chain.at(0))],
         faiss.IndexFlatL2(d), factory="HR,Flat", reconstruct=(0, 59))
    for name, vt, out in (
            ("pca", faiss.PCAMatrix(d, 8), 8), ("pca_full", faiss.PCAMatrix(d, d), d), ("pcaw", faiss.PCAMatrix(d, 8, -0.5), 8),
            ("pcar", faiss.PCAMatrix(d, 8, 0, True), 8), ("pcawr", faiss.PCAMatrix(d, 8, -0.5, True), 8),
            ("rr", faiss.RandomRotationMatrix(d, d), d), ("rr_down", faiss.RandomRotationMatrix(d, 8), 8),
            ("rr_up", faiss.RandomRotationMatrix(d, 24), 24), ("itq", faiss.ITQTransform(d, 8, True), 8),
            ("opq", faiss.OPQMatrix(d, 4, d), d), ("opq_down", faiss.OPQMatrix(d, 4, 8), 8)):
        factory = {"pca": "PCA8,Flat", "pca_full": "PCA16,Flat", "pcaw": "PCAW8,Flat", "pcar": "PCAR8,Flat", "pcawr": "PCAWR8,Flat",
                   "rr": "RR,Flat", "rr_down": "RR8,Flat", "rr_up": "RR24,Flat", "itq": "ITQ8,Flat", "opq": "OPQ4,Flat",
                   "opq_down": "OPQ4_8,Flat"}[name]
        if name.startswith("opq"):
            vt.niter = 3
        back = (0, 59) if name in ("pca", "pca_full", "rr", "rr_up", "opq") else ()
        wrap(name, [vt], faiss.IndexFlatL2(out), factory=factory, relative=3e-5, reconstruct=back)
    pca_odd = faiss.PCAMatrix(d, 8)
    pca_odd.balanced_bins = 4
    pca_odd.epsilon = 0.25
    wrap("pca_balanced", [pca_odd], faiss.IndexFlatL2(8), relative=3e-5)
    wrap("chain", [faiss.CenteringTransform(d), faiss.PCAMatrix(d, 8), faiss.NormalizationTransform(8)], faiss.IndexFlatIP(8),
         relative=3e-5)
    wrap("norm_sq8", [faiss.NormalizationTransform(d)], faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit),
         factory="L2norm,SQ8", relative=3e-5)
    index = faiss.index_factory(d, "IDMap2,PCA8,SQ8")
    index.train(xt)
    index.add_with_ids(xr, np.arange(n) * 7)
    sel = ({}, {"sel": {"batch": [7, 14, 70, 77, 140]}}, {"sel": {"not": {"range": [0, 300]}}})
    book.case("idmap_pca_sq8", index, "qr", xr, k=(6,), params=sel, relative=3e-5,
              factory="IDMap2,PCA8,SQ8")
    itq = faiss.ITQTransform(d, d, False)
    wrap("itq_plain", [itq], faiss.IndexFlatL2(d), factory="ITQ,Flat", relative=3e-5)


def refine(book):
    d, n = 16, 80
    xi, xr = ints(n, d, 141), clustered(600, d, 142)
    book.queries("qi", ints(4, d, 143))
    book.queries("qr", clustered(4, d, 144))
    for metric in BOTH:
        base = faiss.IndexPQ(d, 4, 4, metric_of(metric))
        base.pq = exact_pq(d, 4, 4, 145)
        base.is_trained = True
        index = faiss.IndexRefineFlat(base)
        index.k_factor = 4
        index.add(xi)
        radius = float(np.median(index.search(np.array(book.sets["qi"], np.float32), 10)[0][:, 6]))
        book.case(f"pq_rflat_{metric.lower()}", index, "qi", xi, k=(1, 6), params=({}, {"k_factor_rf": 1}, {"k_factor_rf": 10}),
                  radius=(radius,), reconstruct=(0, 79), exact=True, factory="PQ4x4np,RFlat")
        base2 = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_4bit, metric_of(metric))
        fine = faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit, metric_of(metric))
        index = faiss.IndexRefine(base2, fine)
        index.train(xr)
        index.add(xr[:n])
        index.k_factor = 3
        book.case(f"sq4_refine_sq8_{metric.lower()}", index, "qr", xr, k=(1, 6), factory="SQ4,Refine(SQ8)")
    index = faiss.index_factory(d, "IDMap,PQ4x4np,RFlat")
    index.train(xr)
    index.add_with_ids(xr[:n], np.arange(n) + 1000)
    book.case("idmap_pq_rflat", index, "qr", xr, k=(5,), factory="IDMap,PQ4x4np,RFlat")
    index = faiss.index_factory(d, "PCA8,PQ4x4np,RFlat")
    index.train(xr)
    index.add(xr[:n])
    book.case("pca_pq_rflat", index, "qr", xr, k=(5,), relative=3e-5, factory="PCA8,PQ4x4np,RFlat")
