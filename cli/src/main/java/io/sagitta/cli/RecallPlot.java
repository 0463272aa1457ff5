package io.sagitta.cli;

import io.sagitta.core.factory.OperatingPoint;
import io.sagitta.core.factory.OperatingPoints;
import io.sagitta.core.io.AtomicFile;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Recall against queries per second as a PNG: the Pareto front as a line, the rest as dots. */
final class RecallPlot {
  private RecallPlot() {}

  static void write(Path file, String title, int k, OperatingPoints points, long queries)
      throws IOException {
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(600)
            .title(title)
            .xAxisTitle("recall@" + k)
            .yAxisTitle("queries per second")
            .build();
    double[] rates = points.all().stream().mapToDouble(p -> queries / p.seconds()).toArray();
    chart.getStyler().setYAxisLogarithmic(true);
    // On a log axis of less than a decade no tick would carry a number: go out to whole decades.
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(min(rates)))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(max(rates) * 1.001))));
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSW);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    series(chart, "all settings", points.all(), queries)
        .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
        .setMarkerColor(Color.LIGHT_GRAY);
    if (!points.optimal().isEmpty()) {
      series(chart, "best", points.optimal(), queries)
          .setMarker(SeriesMarkers.CIRCLE)
          .setMarkerColor(new Color(0x1f5fa8))
          .setLineColor(new Color(0x1f5fa8));
    }
    try (AtomicFile out = AtomicFile.create(file)) {
      ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", out.stream());
      out.commit();
    }
  }

  private static XYSeries series(
      XYChart chart, String name, List<OperatingPoint> points, long queries) {
    return chart.addSeries(
        name,
        points.stream().mapToDouble(OperatingPoint::performance).toArray(),
        points.stream().mapToDouble(p -> queries / p.seconds()).toArray());
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(1);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(10);
  }
}
