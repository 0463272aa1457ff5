"""Search parameters and selectors from JSON.

A selector is one of
  {"range": [lo, hi]}             lo <= id < hi
  {"array": [ids]} {"batch": [ids]}
  {"bitmap": [bytes]}             bit (id & 7) of byte (id >> 3)
  {"all": true} {"not": sel} {"and": [a, b]} {"or": [a, b]} {"xor": [a, b]}
where a list of ids or bytes may be the name of an array sent with the request instead.

Parameters are a flat object of FAISS's field names, plus "sel". `build` picks FAISS's class for the index it is
given, walks inward through wrappers, and fills what is not named from the index itself, so that an
absent field means "as the index is set", which is also Sagitta's rule (FAISS's own default objects do not do that:
quirk 4). {"raw": "SearchParametersIVF", ...} makes exactly the named class with FAISS's defaults instead.
"""

import faiss
import numpy as np


def _ids(spec, arrays, dtype):
    if isinstance(spec, str):
        return np.ascontiguousarray(arrays[spec], dtype=dtype)
    return np.asarray(spec, dtype=dtype)


def selector(spec, arrays, keep):
    """Makes the selector; every object that FAISS only points at is appended to `keep`."""
    if spec is None:
        return None
    if len(spec) != 1:
        raise ValueError(f"a selector has exactly one key, not {sorted(spec)}")
    kind, value = next(iter(spec.items()))
    if kind == "range":
        made = faiss.IDSelectorRange(int(value[0]), int(value[1]))
    elif kind == "array":
        ids = _ids(value, arrays, np.int64)
        keep.append(ids)
        made = faiss.IDSelectorArray(len(ids), faiss.swig_ptr(ids))
    elif kind == "batch":
        ids = _ids(value, arrays, np.int64)
        keep.append(ids)
        made = faiss.IDSelectorBatch(len(ids), faiss.swig_ptr(ids))
    elif kind == "bitmap":
        bits = _ids(value, arrays, np.uint8)
        keep.append(bits)
        made = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    elif kind == "all":
        made = faiss.IDSelectorAll()
    elif kind == "not":
        made = faiss.IDSelectorNot(selector(value, arrays, keep))
    elif kind in ("and", "or", "xor"):
        left, right = (selector(v, arrays, keep) for v in value)
        cls = {"and": faiss.IDSelectorAnd, "or": faiss.IDSelectorOr, "xor": faiss.IDSelectorXOr}[kind]
        made = cls(left, right)
    else:
        raise ValueError(f"unknown selector kind {kind!r}")
    keep.append(made)
    return made


_IVF_FIELDS = ("nprobe", "max_codes", "max_lists_num", "ensure_topk_full", "max_empty_result_buckets")
_HNSW_FIELDS = ("efSearch", "check_relative_distance", "bounded_queue")


class _Threshold:
    """Sets polysemous_ht of an IndexIVFPQ, and puts the old value back at the end of its life."""

    def __init__(self, index, value):
        self.index, self.old = index, index.polysemous_ht
        index.polysemous_ht = value

    def __del__(self):
        self.index.polysemous_ht = self.old


def _set(params, name, value, keep):
    keep.append(value)
    setattr(params, name, value)


def build(index, spec, arrays, keep):
    """Returns the parameter object for this index, or None when there is nothing to say."""
    if not spec:
        return None
    rest = dict(spec)
    if "raw" in rest:
        made = getattr(faiss, rest.pop("raw"))()
        keep.append(made)
        sel = selector(rest.pop("sel", None), arrays, keep)
        if sel is not None:
            made.sel = sel
        for name, value in rest.items():
            setattr(made, name, value)
        return made
    unused = set(rest)
    made = _build(faiss.downcast_index(index), rest, arrays, keep, unused)
    if unused:
        raise ValueError(f"{type(index).__name__} has no search parameter {sorted(unused)}")
    return made


def _take(rest, unused, name, default):
    unused.discard(name)
    return rest.get(name, default)


def _build(index, rest, arrays, keep, unused):
    if isinstance(index, faiss.IndexPreTransform):
        # Not wrapped into SearchParametersPreTransform: FAISS hands other objects on as they are, and a map around
        # this index would not see, and not translate, a selector inside that one.
        return _build(faiss.downcast_index(index.index), rest, arrays, keep, unused)
    if isinstance(index, (faiss.IndexIDMap, faiss.IndexIDMap2)):
        return _build(faiss.downcast_index(index.index), rest, arrays, keep, unused)
    if isinstance(index, faiss.IndexRefine):
        made = faiss.IndexRefineSearchParameters()
        made.k_factor = _take(rest, unused, "k_factor_rf", index.k_factor)
        inner = _build(faiss.downcast_index(index.base_index), rest, arrays, keep, unused)
        if inner is not None:
            _set(made, "base_index_params", inner, keep)
        keep.append(made)
        return made
    if isinstance(index, faiss.IndexIVFIndependentQuantizer):
        return _build(faiss.downcast_index(index.index_ivf), rest, arrays, keep, unused)

    if isinstance(index, faiss.IndexIVF):
        if isinstance(index, (faiss.IndexIVFRaBitQ, faiss.IndexIVFRaBitQFastScan)):
            made = faiss.IVFRaBitQSearchParameters()
            made.qb = _take(rest, unused, "qb", index.qb)
            made.centered = _take(rest, unused, "centered", getattr(index, "centered", False))
        elif isinstance(index, faiss.IndexIVFPQ):
            made = faiss.IVFPQSearchParameters()
            made.scan_table_threshold = index.scan_table_threshold
            made.polysemous_ht = index.polysemous_ht
            if "polysemous_ht" in unused:
                # FAISS looks at the index's own field only (quirk 5): it is set until `keep` is dropped.
                keep.append(_Threshold(index, _take(rest, unused, "polysemous_ht", 0)))
        else:
            made = faiss.SearchParametersIVF()
        made.nprobe = index.nprobe
        made.max_codes = index.max_codes
        for name in _IVF_FIELDS:
            if name in unused:
                setattr(made, name, _take(rest, unused, name, None))
        quantizer = faiss.downcast_index(index.quantizer)
        if isinstance(quantizer, faiss.IndexHNSW) and "quantizer_efSearch" in unused:
            unused.discard("quantizer_efSearch")
            inner = faiss.SearchParametersHNSW()
            inner.efSearch = rest["quantizer_efSearch"]
            _set(made, "quantizer_params", inner, keep)
    elif isinstance(index, faiss.IndexHNSW):
        made = faiss.SearchParametersHNSW()
        made.efSearch = index.hnsw.efSearch
        made.check_relative_distance = index.hnsw.check_relative_distance
        made.bounded_queue = index.hnsw.search_bounded_queue
        for name in _HNSW_FIELDS:
            if name in unused:
                setattr(made, name, _take(rest, unused, name, None))
    elif isinstance(index, (faiss.IndexRaBitQ, faiss.IndexRaBitQFastScan)):
        made = faiss.RaBitQSearchParameters()
        made.qb = _take(rest, unused, "qb", index.qb)
        made.centered = _take(rest, unused, "centered", getattr(index, "centered", False))
    elif isinstance(index, faiss.IndexPQ) and not isinstance(index, faiss.IndexPQFastScan):
        made = faiss.SearchParametersPQ()
        made.search_type = _take(rest, unused, "search_type", index.search_type)
        made.polysemous_ht = _take(rest, unused, "polysemous_ht", index.polysemous_ht)
    else:
        made = faiss.SearchParameters()
    sel = selector(_take(rest, unused, "sel", None), arrays, keep)
    if sel is not None:
        made.sel = sel
    keep.append(made)
    return made
