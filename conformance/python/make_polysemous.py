"""FAISS's permutations of polysemous training, for core's PolysemousTrainingTest.

Usage: .venv/bin/python make_polysemous.py [folder]    default: core's test resources

polysemous.txt has the objective that reproduces distances, polysemous_ranking.txt the one of ranks. Each case is a line

  case D M NBITS SEED ITERATIONS REDO ONLY_BIT_FLIPS INIT_RANDOM

and one line per sub-quantizer: the place that each centroid is moved to. Centroids come from FAISS's own float_randn with that
seed; those of polysemous.txt are multiplied by 20 and rounded, so that distances are exact on either side, those of
polysemous_ranking.txt are taken as they are, so that no two distances are equal: ranks of equal ones depend on std::sort.
"""

import os
import sys

import faiss
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "..", "core", "src", "test", "resources", "io", "sagitta", "core", "codec")
DISTANCES = (
    (8, 2, 4, 1, 500000, 2, 0, 0), (12, 3, 5, 2, 500000, 2, 0, 0), (16, 2, 6, 3, 100000, 1, 0, 0),
    (8, 1, 8, 4, 60000, 1, 0, 0), (8, 1, 8, 4, 500000, 2, 0, 0), (8, 2, 6, 5, 50000, 2, 1, 0),
    (8, 2, 5, 6, 50000, 3, 0, 1), (6, 2, 3, 7, 2000, 2, 0, 0))
RANKING = ((8, 2, 8, 7, 300, 1, 0, 0), (6, 1, 8, 8, 150, 2, 0, 1), (4, 2, 8, 9, 200, 2, 1, 0))


def permutation(before, after):
    """Where each row of `before` is in `after`; equal rows in any order."""
    places = {}
    for i, row in enumerate(after):
        places.setdefault(row.tobytes(), []).append(i)
    return [places[row.tobytes()].pop(0) for row in before]


def case(out, header, kind, whole):
    d, m, nbits, seed, iterations, redo, flips, shuffled = header
    x = np.empty(d << nbits, np.float32)
    faiss.float_randn(faiss.swig_ptr(x), x.size, seed)
    if whole:
        x = np.rint(x * np.float32(20)).astype(np.float32)
    pq = faiss.ProductQuantizer(d, m, nbits)
    faiss.copy_array_to_vector(x, pq.centroids)
    training = faiss.PolysemousTraining()
    training.optimization_type = kind
    training.n_iter = iterations
    training.n_redo = redo
    training.only_bit_flips = bool(flips)
    training.init_random = bool(shuffled)
    training.optimize_pq_for_hamming(pq, 0, None)
    shape = (m, 1 << nbits, d // m)
    before, after = x.reshape(shape), faiss.vector_to_array(pq.centroids).reshape(shape)
    out.write("case " + " ".join(map(str, header)) + "\n")
    for i in range(m):
        out.write(" ".join(map(str, permutation(before[i], after[i]))) + "\n")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else TARGET
    for name, cases, kind, whole in (
            ("polysemous.txt", DISTANCES, faiss.PolysemousTraining.OT_ReproduceDistances_affine, True),
            ("polysemous_ranking.txt", RANKING, faiss.PolysemousTraining.OT_Ranking_weighted_diff, False)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            for header in cases:
                case(out, header, kind, whole)


if __name__ == "__main__":
    main()
