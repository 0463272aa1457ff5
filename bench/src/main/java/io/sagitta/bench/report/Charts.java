package io.sagitta.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The recall–speed plots as PNGs, for the README. */
public final class Charts {
  private Charts() {}

  /** Writes {@code <plot id>.png} for every recall–speed plot; answers the files. */
  public static List<Path> write(List<JsonNode> lines, Path folder) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<Path> out = new ArrayList<>();
    for (Plot plot : new ReportModel(lines).plots()) {
      if (plot.kind().equals("curve") && plot.id().startsWith("recall-qps")) {
        Path file = folder.resolve(plot.id() + ".png");
        XYChart chart = chart(plot);
        BufferedImage image =
            new BufferedImage(chart.getWidth(), chart.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
        out.add(file);
      }
    }
    return out;
  }

  private static Color color(String library) {
    return switch (library) {
      case "sagitta" -> new Color(0xd0, 0x3b, 0x1f);
      case "faiss" -> new Color(0x1f, 0x5f, 0xb0);
      case "hnswlib" -> new Color(0x2a, 0x8a, 0x4a);
      case "jvector" -> new Color(0x8a, 0x4f, 0xb5);
      case "lucene" -> new Color(0xb0, 0x7a, 0x10);
      default -> new Color(0x70, 0x70, 0x70);
    };
  }

  private static XYChart chart(Plot plot) {
    XYChart chart =
        new XYChartBuilder()
            .width(960)
            .height(600)
            .title(plot.title())
            .xAxisTitle(plot.xLabel())
            .yAxisTitle(plot.yLabel())
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    double low = Double.MAX_VALUE;
    double high = 0;
    for (Plot.Series s : plot.series()) {
      double[] x = s.points().stream().mapToDouble(Plot.Point::x).toArray();
      double[] y = s.points().stream().mapToDouble(Plot.Point::y).toArray();
      if (x.length == 0) {
        continue;
      }
      for (double v : y) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
      XYSeries series = chart.addSeries(s.name(), x, y);
      series.setLineColor(color(s.library()));
      series.setMarkerColor(color(s.library()));
      if (s.library().equals("front")) {
        series.setLineStyle(SeriesLines.DASH_DASH);
        series.setMarker(SeriesMarkers.NONE);
      }
    }
    // A logarithmic axis that spans less than a decade would get no labels.
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(Math.max(1e-3, low)))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(Math.max(1e-2, high)))));
    return chart;
  }
}
