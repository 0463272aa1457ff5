"""What FAISS makes of SIFT small: coarse centroids, the list of each vector, recall at each nprobe.

    python golden_sift.py FOLDER_OF_SIFTSMALL [OUT]

Writes centroids.f32 (64 x 128), lists.u8 (10,000) and recall.json. The data themselves are not kept here: the test
that reads these files looks for siftsmall and is skipped where it is not.
"""

import json
import pathlib
import sys

import faiss
import numpy as np

NLIST = 64
FACTORIES = ("Flat", "SQ8", "PQ16np")
PROBES = (1, 2, 4, 8, 16, 32)


def fvecs(path):
    a = np.fromfile(path, np.int32)
    return a.reshape(-1, a[0] + 1)[:, 1:]


def main():
    data = pathlib.Path(sys.argv[1])
    out = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent / "../src/test/resources/sift")
    x = np.ascontiguousarray(fvecs(data / "siftsmall_base.fvecs").view(np.float32))
    q = np.ascontiguousarray(fvecs(data / "siftsmall_query.fvecs").view(np.float32))
    truth = fvecs(data / "siftsmall_groundtruth.ivecs")[:, :10]
    recall = {}
    for factory in FACTORIES:
        index = faiss.index_factory(x.shape[1], f"IVF{NLIST},{factory}")
        index.train(x)
        index.add(x)
        if factory == "Flat":
            centroids = index.quantizer.reconstruct_n(0, NLIST)
            centroids.astype(np.float32).tofile(out / "centroids.f32")
            index.quantizer.search(x, 1)[1].astype(np.uint8).tofile(out / "lists.u8")
        figures = {}
        for nprobe in PROBES:
            index.nprobe = nprobe
            found = index.search(q, 10)[1]
            hits = sum(len(set(a) & set(b)) for a, b in zip(found, truth))
            figures[str(nprobe)] = hits / truth.size
        recall["IVF%d,%s" % (NLIST, factory)] = figures
    (out / "recall.json").write_text(json.dumps({"faiss": faiss.__version__, "recall@10": recall}, indent=1) + "\n")


if __name__ == "__main__":
    main()
