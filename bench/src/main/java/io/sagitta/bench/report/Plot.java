package io.sagitta.bench.report;

import java.util.List;

/**
 * One plot: what the page draws and the table under it shows.
 *
 * @param id for links, letters, digits and hyphens
 * @param section heading it stands under
 * @param title what is shown
 * @param kind {@code curve} or {@code bar}
 * @param xLabel of curves: the x axis; of bars: what the categories are
 * @param yLabel the y axis
 * @param xLog logarithmic x axis
 * @param yLog logarithmic y axis
 * @param categories of bars; empty for curves
 * @param series at least one
 */
public record Plot(
    String id,
    String section,
    String title,
    String kind,
    String xLabel,
    String yLabel,
    boolean xLog,
    boolean yLog,
    List<String> categories,
    List<Series> series) {
  /**
   * A line or a colour of bars.
   *
   * @param name for the legend
   * @param library decides the colour; {@code front} is drawn dashed without points
   * @param points of curves
   * @param values of bars, one per category, null where there is none
   */
  public record Series(String name, String library, List<Point> points, List<Double> values) {}

  /**
   * A point of a curve.
   *
   * @param x position
   * @param y position
   * @param label what it is, such as efSearch=64
   */
  public record Point(double x, double y, String label) {}
}
