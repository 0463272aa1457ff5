"""Golden files in the forms that older FAISS wrote and today's still reads.

FAISS no longer writes them, so each is made from a current file by the byte layout of the old form, and FAISS reads
it before its answers are recorded: a form that FAISS would not take never gets into the book.
"""

import struct

import faiss
import numpy as np

from golden_codecs import exact_pq
from golden_graphs import exact_quantizer
from golden_lib import clustered, ints

HEADER = 4 + 33  # fourcc and the header of an L2 or IP index


def u64(n):
    return struct.pack("<Q", n)


def vec(array):
    return u64(len(array)) + np.ascontiguousarray(array).tobytes()


def cut(data, start, length):
    """data without the `length` bytes at `start`."""
    return data[:start] + data[start + length:]


def ivf_prefix(index, data):
    """Length of fourcc, header, nlist, nprobe and quantizer."""
    return HEADER + 16 + len(faiss.serialize_index(index.quantizer))


def list_ids(index, no):
    lists = index.invlists
    n = lists.list_size(no)
    return np.array(faiss.rev_swig_ptr(lists.get_ids(no), n)) if n else np.zeros(0, np.int64)


def list_codes(index, no):
    lists = index.invlists
    n = lists.list_size(no) * lists.code_size
    return np.array(faiss.rev_swig_ptr(lists.get_codes(no), n)) if n else np.zeros(0, np.uint8)


def old_ivf(index, fourcc, middle, elements):
    """The `Iv..` form: ids of every list between quantizer and direct map, codes of every list at the end."""
    data = bytes(faiss.serialize_index(index))
    at = ivf_prefix(index, data)
    out = fourcc.encode() + data[4:at]
    for no in range(index.nlist):
        out += vec(list_ids(index, no))
    out += data[at:at + 9]  # direct map: type none, empty array
    out += middle
    for no in range(index.nlist):
        out += elements(list_codes(index, no))
    return out


def pq_struct(pq):
    return u64(pq.d) + u64(pq.M) + u64(pq.nbits) + vec(faiss.vector_to_array(pq.centroids))


def sq_struct(sq):
    return struct.pack("<iif", sq.qtype, sq.rangestat, sq.rangestat_arg) + u64(sq.d) + u64(sq.code_size) + vec(
        faiss.vector_to_array(sq.trained))


def panorama_lists_without_batch(data, nlist, code_size, levels, batch):
    marker = b"ilp2" + u64(nlist) + u64(code_size) + u64(levels) + u64(batch)
    at = data.index(marker)
    assert data.count(marker) == 1
    return data[:at] + b"ilpn" + u64(nlist) + u64(code_size) + u64(levels) + data[at + len(marker):]


def legacy(book):
    d, n, nlist = 8, 90, 5
    xi = ints(n, d, 401)
    xr = clustered(600, d, 402)
    book.queries("qi", ints(4, d, 403))
    book.queries("qr", clustered(4, d, 404))
    keep = []

    index = faiss.IndexPQ(d, 4, 6)
    index.pq = exact_pq(d, 4, 6, 405)
    index.is_trained = True
    index.add(xi)
    data = bytes(faiss.serialize_index(index))
    book.case("IxPQ", None, "qi", xi, exact=True, data=b"IxPQ" + data[4:-9])
    book.case("IxPo", None, "qi", xi, exact=True, data=b"IxPo" + data[4:], modern=data)

    flat = faiss.IndexPreTransform(faiss.PCAMatrix(d, 4), faiss.IndexFlatL2(4))
    flat.train(xr)
    flat.add(xr[:n])
    data = bytes(faiss.serialize_index(flat))
    at = data.index(b"Pcam")
    # eigen_power f32, epsilon f32, random_rotation u8, balanced_bins i32
    no_epsilon = cut(data, at + 8, 4).replace(b"Pcam", b"PcAm", 1)
    book.case("PcAm", None, "qr", xr, relative=3e-5, data=no_epsilon, modern=data)
    book.case("PCAm", None, "qr", xr, relative=3e-5, data=cut(no_epsilon, at + 9, 4).replace(b"PcAm", b"PCAm", 1), modern=data)

    cagra = faiss.IndexHNSWCagra(d, 8)
    cagra.add(xi)
    data = bytes(faiss.serialize_index(cagra))
    assert data[:4] == b"IHc2"
    book.case("IHNc", None, "qi", xi, exact=True, data=b"IHNc" + cut(data, HEADER + 6, 4)[4:], modern=data)

    def quantizer():
        q = exact_quantizer(d, nlist, 406)
        keep.append(q)
        return q

    index = faiss.IndexIVFFlat(quantizer(), d, nlist)
    index.is_trained = True
    index.add(xi)
    index.nprobe = 2
    params = ({}, {"nprobe": 5})
    book.case("IvFl", None, "qi", xi, exact=True, params=params,
              data=old_ivf(index, "IvFl", b"", lambda codes: vec(codes.view(np.float32))), modern=faiss.serialize_index(index))
    book.case("IvFL", None, "qi", xi, exact=True, params=params, data=old_ivf(index, "IvFL", b"", vec), modern=faiss.serialize_index(index))

    index = faiss.IndexIVFScalarQuantizer(quantizer(), d, nlist, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2)
    index.train(xi)
    index.add(xi)
    data = bytes(faiss.serialize_index(index))
    body = ivf_prefix(index, data) + 9 + len(sq_struct(index.sq)) + 8
    book.case("IwSQ", None, "qi", xi, exact=True, params=params, data=b"IwSQ" + cut(data, body, 1)[4:], modern=data)
    book.case("IvSQ", None, "qi", xi, exact=True, params=params,
              data=old_ivf(index, "IvSQ", sq_struct(index.sq) + u64(index.code_size), vec), modern=data)

    index = faiss.IndexIVFPQ(quantizer(), d, nlist, 4, 4)
    table = exact_pq(d, 4, 4, 407)
    faiss.copy_array_to_vector(faiss.vector_to_array(table.centroids) - 8, table.centroids)
    index.pq = table
    index.is_trained = True
    index.add(xi)
    book.case("IvPQ", None, "qi", xi, exact=True, params=params,
              data=old_ivf(index, "IvPQ", struct.pack("<B", 1) + u64(index.code_size) + pq_struct(index.pq), vec),
              modern=faiss.serialize_index(index))

    index = faiss.IndexIVFPQR(quantizer(), d, nlist, 4, 4, 2, 4)
    index.train(xr)
    index.add(xr[:n])
    refine = pq_struct(index.refine_pq) + vec(faiss.vector_to_array(index.refine_codes)) + struct.pack("<f", index.k_factor)
    book.case("IvQR", None, "qr", xr, params=params, relative=3e-5,
              data=old_ivf(index, "IvQR", struct.pack("<B", 1) + u64(index.code_size) + pq_struct(index.pq), vec) + refine,
              modern=faiss.serialize_index(index))

    index = faiss.index_factory(d, f"IVF{nlist},FlatPanorama4_128")
    index.train(xr)
    index.add(xr[:n])
    data = bytes(faiss.serialize_index(index))
    at = ivf_prefix(index, data) + 9
    old = panorama_lists_without_batch(b"IwPn" + cut(data, at + 8, 8)[4:], nlist, 4 * d, 4, 128)
    book.case("IwPn", None, "qr", xr, params=params, data=old, modern=data)

    d2 = 16
    xw = clustered(400, d2, 408)
    book.queries("qw", clustered(4, d2, 409))
    for bits in (1, 3):
        index = faiss.index_factory(d2, "RaBitQfs" + ("" if bits == 1 else str(bits)))
        index.train(xw)
        index.add(xw[:n])
        data = bytes(faiss.serialize_index(index))
        qb_end = HEADER + 28 + 8 + 4 * d2 + 1
        tail = data[qb_end:qb_end + 4 + 8 + 8 + 8]
        codes = np.frombuffer(data[qb_end + 28 + 8:], np.uint8)
        blocks, factors = split_blocks(codes, d2, bits, 32, n)
        book.case(f"Irfs_{bits}", None, "qw", xw, relative=2e-3,
                  data=b"Irfs" + data[4:qb_end] + vec(factors.ravel()) + tail + vec(blocks), modern=data)
        index = faiss.index_factory(d2, f"IVF{nlist},RaBitQfs" + ("" if bits == 1 else str(bits)))
        index.train(xw)
        index.add(xw[:n])
        data = bytes(faiss.serialize_index(index))
        at = ivf_prefix(index, data) + 9 + 28 + 1 + 8 + 4 + 8 + 8 + 4 + 1 + 1
        by_id = None
        lists = b""
        for no in range(nlist):
            ids = list_ids(index, no)
            size = index.invlists.list_size(no)
            block_size = faiss_block_size(d2, bits, 32)
            count = (size + 31) // 32 * block_size
            codes = np.array(faiss.rev_swig_ptr(index.invlists.get_codes(no), count)) if count else np.zeros(0, np.uint8)
            blocks, factors = split_blocks(codes, d2, bits, 32, size)
            if by_id is None:
                by_id = np.zeros((n, factors.shape[1]), np.uint8)
            by_id[ids] = factors
            lists += vec(ids) + vec(blocks)
        block = (d2 // 4) // 2 * 32
        il = b"ilbl" + u64(nlist) + u64(2 ** 64 - 1) + u64(32) + u64(block) + lists
        book.case(f"Iwrf_{bits}", None, "qw", xw, params=params, relative=2e-3,
                  data=b"Iwrf" + data[4:at] + vec(by_id.ravel()) + il, modern=data)

    for fourcc in ("IxHE", "IxRQ", "IxEd", "IwEd"):
        book.cases.append({"name": fourcc, "file": book.put(fourcc + ".faiss", fourcc.encode() + bytes(faiss.serialize_index(
            faiss.IndexFlatL2(d)))[4:]), "class": None, "fourcc": fourcc, "factory": None, "refused": fourcc, "checks": []})


def record_size(d, bits):
    """Bytes beside the sign bits of one RaBitQ code."""
    return 8 if bits == 1 else 12 + (d * (bits - 1) + 7) // 8 + 8


def faiss_block_size(d, bits, bbs):
    return (d // 4) // 2 * bbs + bbs * record_size(d, bits)


def split_blocks(codes, d, bits, bbs, n):
    """Separates packed blocks from the auxiliary records behind each: (blocks, records of n vectors)."""
    packed = (d // 4) // 2 * bbs
    size = record_size(d, bits)
    rows = codes.reshape(-1, packed + bbs * size)
    return rows[:, :packed].ravel().copy(), rows[:, packed:].reshape(-1, size)[:n].copy()
