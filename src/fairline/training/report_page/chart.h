// Charts as SVG inside an HTML page: two axes and what is drawn between them, labelled in place.
// Colours are classes of the page's style sheet (style.cc), so a chart follows light, dark
// and print.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/stats/operating_curve.h"

namespace fairline {

struct Tick {
  double at = 0;
  std::string label;
};

struct Axis {
  std::string title;
  double low = 0, high = 1;
  std::vector<Tick> ticks;
};

/// From 0 to 1, ticks in percent.
Axis ShareAxis(std::string title);
/// From `low` to the next round number above `high`, in `percent` or as it is.
Axis NumberAxis(std::string title, double low, double high, bool percent);
/// Probabilities spaced by their log-odds: values given to the chart are BoundedLogOdds. Ticks in
/// percent, or as numbers below 1.
Axis LogOddsAxis(std::string title, double low_probability, double high_probability, bool percent);
/// Positions 1, 2, … with a label each.
Axis NamedAxis(std::string title, const std::vector<std::string>& labels);

/// Where a label stands against its point.
enum class Anchor { kStart, kMiddle, kEnd };

class Chart {
 public:
  /// `marks`: lines of text kept free above the plot for Mark.
  Chart(Axis x, Axis y, int marks = 0);

  // Values are in the units of the axes; what lies outside is drawn at the edge. `style` is a
  // class: good, bad, faint, chosen; none is plain ink.
  void Line(std::span<const CurvePoint> points, std::string_view style);
  /// Filled from the line down to the lower end of the y axis.
  void Area(std::span<const CurvePoint> points, std::string_view style);
  void Bar(double x, double width, double y, std::string_view style);
  void Dot(double x, double y, std::string_view style);
  /// A vertical line from low to high.
  void Whisker(double x, double low, double high, std::string_view style);
  /// `dx`, `dy`: pixels to the right and down.
  void Label(double x, double y, std::string_view text, Anchor anchor, double dx = 0, double dy = 0,
             std::string_view style = "");
  /// A vertical line over the whole height whose label stands above the plot. Labels have a line
  /// each, ordered so that no label crosses another's line where there is room.
  void Mark(double x, std::string_view text, std::string_view style);

  /// `id` is unique on the page; `title` and `description` are for those who do not see it.
  std::string Svg(std::string_view id, std::string_view title, std::string_view description) const;

 private:
  double X(double value) const;
  double Y(double value) const;
  std::string Path(std::span<const CurvePoint> points) const;
  std::string Frame() const;
  std::string Marks() const;

  struct Marked {
    double at;  // pixels
    std::string text, style;
  };
  Axis x_, y_;
  double top_;
  std::vector<Marked> marks_;
  std::string drawn_;
};

}  // namespace fairline
