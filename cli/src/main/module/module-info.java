/** The sagitta command. */
module io.sagitta.cli {
  requires com.carrotsearch.hppc;
  requires info.picocli;
  requires io.sagitta.core;
  requires io.sagitta.flat;
  requires io.sagitta.hnsw;
  requires io.sagitta.ivf;
  requires io.sagitta.storage;
  requires java.desktop;
  requires static org.jspecify;
  requires xchart;

  exports io.sagitta.cli;

  opens io.sagitta.cli to
      info.picocli;

  uses io.sagitta.cli.CommandProvider;
}
