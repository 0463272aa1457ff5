package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/** Every family beside the running FAISS, files going both ways; see {@link IndexLive}. */
@Tag("faiss")
@AddLifecycleHook(FaissRequired.class)
class FamilyLiveProperties {
  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void hnsw(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.HNSW, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void ivfFlat(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.IVF_FLAT, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void ivfMultiIndex(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.IVF_MULTI, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void ivfScalarQuantizer(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.IVF_SQ, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void ivfProductQuantizer(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.IVF_PQ, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void scalarQuantizer(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.SQ, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void productQuantizer(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.PQ, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void wrappers(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.WRAPPED, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void rabitq(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.RABITQ, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void graphsOverFastCodes(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.HNSW_FAST, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void rabitqFastScan(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.RABITQ_FASTSCAN, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void fastScan(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.FASTSCAN, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void panorama(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.PANORAMA, seed);
  }

  /** Quirk 31: another walk through the graph may end worse, but not at one place in a hundred. */
  @AfterContainer
  static void stagedGraphs() {
    long places = IndexLive.PLACES.get();
    System.out.println(
        "graphs over multi-bit RaBitQ: " + IndexLive.WORSE + " of " + places + " places are worse");
    assertThat(IndexLive.WORSE.get()).isLessThanOrEqualTo(places / 100 + 10);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void polysemous(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.POLYSEMOUS, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void productQuantizerCodes(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.PQ_CODES, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void turboQuant(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.TURBO, seed);
  }

  @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF)
  void turboQuantWithSigns(@ForAll(supplier = LiveSeeds.class) long seed) throws IOException {
    IndexLive.run(LiveFamily.TURBO_SIGNS, seed);
  }
}
