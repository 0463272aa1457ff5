package io.sagitta.core.io;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** FAISS's types by fourcc, so that what cannot be read is refused by name. */
final class FaissTypes {
  private static final Map<String, String> NAMES = new TreeMap<>();

  static {
    put("IndexLSH", "IxHe", "IxHE");
    put("IndexResidualQuantizer", "IxRq", "IxRQ");
    put("IndexLocalSearchQuantizer", "IxLS");
    put("IndexProductResidualQuantizer", "IxPR");
    put("IndexProductLocalSearchQuantizer", "IxPL");
    put("ResidualCoarseQuantizer", "ImRQ");
    put("MultiIndexQuantizer", "Imiq");
    put("Index2Layer", "Ix2L");
    put("IndexLattice", "IxLa");
    put("IndexLocalSearchQuantizerFastScan", "ILfs");
    put("IndexResidualQuantizerFastScan", "IRfs");
    put("IndexProductLocalSearchQuantizerFastScan", "IPLf");
    put("IndexProductResidualQuantizerFastScan", "IPRf");
    put("IndexEDEN", "IxEe", "IxEd");
    put("IndexHNSW2Level", "IHN2");
    put("IndexIVFLocalSearchQuantizerFastScan", "IVLf");
    put("IndexIVFResidualQuantizerFastScan", "IVRf");
    put("IndexIVFProductLocalSearchQuantizerFastScan", "NPLf");
    put("IndexIVFProductResidualQuantizerFastScan", "NPRf");
    put("IndexIVFLocalSearchQuantizer", "IwLS");
    put("IndexIVFResidualQuantizer", "IwRQ");
    put("IndexIVFProductLocalSearchQuantizer", "IwPL");
    put("IndexIVFProductResidualQuantizer", "IwPR");
    put("IndexIVFSpectralHash", "IwSh");
    put("IndexIVFEDEN", "IwEe", "IwEd");
    put("IndexRowwiseMinMax", "IRMf");
    put("IndexRowwiseMinMaxFP16", "IRMh");
    put("IndexNSGFlat", "INSf");
    put("IndexNSGPQ", "INSp");
    put("IndexNSGSQ", "INSs");
    put("IndexNNDescentFlat", "INNf");
    put("an SVS index", "ILVQ", "ISVL", "ISVD", "ISV2", "ISVF", "ISIQ", "ISIL", "ISID");
    put("IndexBinaryFlat", "IBxF");
    put("IndexBinaryIVF", "IBwF");
    put("IndexBinaryFromFloat", "IBFf");
    put("IndexBinaryHNSW", "IBHf");
    put("IndexBinaryHNSWCagra", "IBHc");
    put("IndexBinaryIDMap", "IBMp");
    put("IndexBinaryIDMap2", "IBM2");
    put("IndexBinaryHash", "IBHh");
    put("IndexBinaryMultiHash", "IBHm");
    put("IndexFlat", "IxF2", "IxFI", "IxFl");
    put("IndexFlatPanorama", "IxFP", "IxFp");
    put("IndexPQ", "IxPq", "IxPQ", "IxPo");
    put("IndexScalarQuantizer", "IxSQ");
    put("IndexPQFastScan", "IPfs");
    put("IndexRaBitQ", "Ixrq", "Ixrr");
    put("IndexRaBitQFastScan", "Irfn", "Irfs");
    put("IndexHNSW", "IH00");
    put("IndexHNSWFlat", "IHNf");
    put("IndexHNSWPQ", "IHNp");
    put("IndexHNSWSQ", "IHNs");
    put("IndexHNSWCagra", "IHc2", "IHNc");
    put("IndexHNSWFlatPanorama", "IHfP");
    put("IndexHNSWRaBitQ", "IHNr");
    put("IndexIVFFlat", "IwFl", "IvFl", "IvFL");
    put("IndexIVFFlatDedup", "IwFd");
    put("IndexIVFFlatPanorama", "IwP2", "IwPn");
    put("IndexIVFScalarQuantizer", "IwSq", "IwSQ", "IvSQ");
    put("IndexIVFPQ", "IwPQ", "IvPQ");
    put("IndexIVFPQR", "IwQR", "IvQR");
    put("IndexIVFPQFastScan", "IwPf");
    put("IndexIVFIndependentQuantizer", "IwIQ");
    put("IndexIVFRaBitQ", "Iwrq", "Iwrr");
    put("IndexIVFRaBitQFastScan", "Iwrn", "Iwrf");
    put("IndexPreTransform", "IxPT");
    put("IndexRefine", "IxRF");
    put("IndexRefinePanorama", "IxRP");
    put("IndexIDMap", "IxMp");
    put("IndexIDMap2", "IxM2");
  }

  private FaissTypes() {}

  private static void put(String name, String... fourccs) {
    for (String f : fourccs) {
      NAMES.put(f, name);
    }
  }

  /** FAISS's class of a fourcc, or null if FAISS has none. */
  static @Nullable String nameOf(String fourcc) {
    return NAMES.get(fourcc);
  }
}
