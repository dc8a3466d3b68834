// The width fits a phone and half a page, so that text is read at about the size it is set in.
#include "fairline/training/report_page/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/training/report_curves.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"

namespace fairline {
namespace {

constexpr double kWidth = 420, kHeight = 315;
constexpr double kLeft = 48, kRight = kWidth - 22, kBottom = kHeight - 44;
constexpr double kTop = 28;  // below the title of the y axis
constexpr double kLineHeight = 17;

std::string_view AnchorName(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      break;
  }
  return "end";
}

/// Where a value lies on the axis, from 0 to 1; the middle where the axis has no extent.
double Share(double value, const Axis& axis) {
  const double share = (value - axis.low) / (axis.high - axis.low);
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.5;
}

std::string TickLabel(double value, double step, bool percent) {
  if (!percent && step >= 1e6) return TickLabel(value / 1e6, step / 1e6, false) + "M";
  if (!percent && step >= 1e3) return TickLabel(value / 1e3, step / 1e3, false) + "k";
  const double shown = percent ? 100 * value : value;
  const double shown_step = percent ? 100 * step : step;
  int decimals = 0;
  for (double scaled = shown_step; decimals < 6 && scaled < 0.999; scaled *= 10) ++decimals;
  const double clean = std::abs(shown) < shown_step * 1e-9 ? 0 : shown;
  return Fixed(clean, decimals) + (percent ? "%" : "");
}

/// 1, 2 or 5 times a power of ten that cuts the range into at most `most` steps.
double RoundStep(double range, int most) {
  double step = 1;
  while (step * most > range * 10) step /= 10;
  while (step * most < range) step *= 10;
  if (step / 5 * most >= range) return step / 5;
  return step / 2 * most >= range ? step / 2 : step;
}

}  // namespace

Axis ShareAxis(std::string title) { return NumberAxis(std::move(title), 0, 1, true); }

Axis NumberAxis(std::string title, double low, double high, bool percent) {
  constexpr int kSteps = 6;
  Axis axis{.title = std::move(title)};
  // Equal ends get a range wide enough for steps that differ.
  const double range = std::max({high - low, 1e-6 * std::abs(low), 1e-6 * std::abs(high), 1e-12});
  const double step = RoundStep(range, kSteps);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  axis.low = first * step;
  axis.high = last * step;
  for (double i = first; i <= last + 0.5; ++i) {
    axis.ticks.push_back({i * step, TickLabel(i * step, step, percent)});
  }
  return axis;
}

Axis LogOddsAxis(std::string title, double low, double high, bool percent) {
  static constexpr double kRound[] = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                      0.02,   0.05,   0.1,    0.2,   0.5,   0.8,   0.9,
                                      0.95,   0.98,   0.99,   0.995, 0.999, 0.9999};
  Axis axis{std::move(title), BoundedLogOdds(low), BoundedLogOdds(high), {}};
  double previous = -1e9;
  for (const double probability : kRound) {
    const double at = BoundedLogOdds(probability);
    // Labels closer than this would touch.
    const double gap = 0.1 * (axis.high - axis.low);
    if (at < axis.low || at > axis.high || at - previous < gap) continue;
    previous = at;
    axis.ticks.push_back(
        {at, percent ? fmt::format("{:g}%", 100 * probability) : fmt::format("{:g}", probability)});
  }
  return axis;
}

Axis NamedAxis(std::string title, const std::vector<std::string>& labels) {
  Axis axis{std::move(title), 0.4, static_cast<double>(labels.size()) + 0.6, {}};
  const size_t stride = 1 + labels.size() / 16;
  for (size_t i = 0; i < labels.size(); i += stride) {
    axis.ticks.push_back({static_cast<double>(i + 1), labels[i]});
  }
  return axis;
}

Chart::Chart(Axis x, Axis y, int marks)
    : x_(std::move(x)), y_(std::move(y)), top_(kTop + marks * kLineHeight) {}

double Chart::X(double value) const { return kLeft + Share(value, x_) * (kRight - kLeft); }

double Chart::Y(double value) const { return kBottom - Share(value, y_) * (kBottom - top_); }

std::string Chart::Path(std::span<const CurvePoint> points) const {
  std::string path;
  for (const CurvePoint& point : points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", X(point.x), Y(point.y));
  }
  return path;
}

void Chart::Line(std::span<const CurvePoint> points, std::string_view style) {
  if (points.empty()) return;
  drawn_ += fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", style, Path(points));
}

void Chart::Area(std::span<const CurvePoint> points, std::string_view style) {
  if (points.empty()) return;
  drawn_ += fmt::format("<path class=\"area {}\" d=\"{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>\n", style,
                        Path(points), X(points.back().x), kBottom, X(points.front().x), kBottom);
}

void Chart::Bar(double x, double width, double y, std::string_view style) {
  const double left = X(x - width / 2), right = X(x + width / 2);
  drawn_ += fmt::format(
      "<rect class=\"fill {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
      style, left, Y(y), right - left, kBottom - Y(y));
}

void Chart::Dot(double x, double y, std::string_view style) {
  drawn_ += fmt::format("<circle class=\"fill {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", style,
                        X(x), Y(y));
}

void Chart::Whisker(double x, double low, double high, std::string_view style) {
  drawn_ += fmt::format("<path class=\"line {}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", style, X(x),
                        Y(low), Y(high));
}

void Chart::Label(double x, double y, std::string_view text, Anchor anchor, double dx, double dy,
                  std::string_view style) {
  drawn_ += fmt::format(
      "<text class=\"halo {}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", style,
      X(x) + dx, Y(y) + dy, AnchorName(anchor), Escaped(text));
}

void Chart::Mark(double x, std::string_view text, std::string_view style) {
  marks_.push_back({X(x), std::string(text), std::string(style)});
}

std::string Chart::Marks() const {
  // A label left of its line crosses none of the lines further left when those start below it; the
  // other way round on the right.
  const auto width = [](const Marked& mark) {
    constexpr double kCharacter = 7.5;
    return kCharacter * static_cast<double>(mark.text.size()) + 8;
  };
  const bool leftwards =
      std::ranges::all_of(marks_, [&](const Marked& mark) { return mark.at - width(mark) >= 0; });
  std::vector<Marked> ordered = marks_;
  std::ranges::stable_sort(ordered, [&](const Marked& a, const Marked& b) {
    return leftwards ? a.at > b.at : a.at < b.at;
  });
  std::string drawn;
  double baseline = kTop + 11;
  for (const Marked& mark : ordered) {
    const bool fits_right = mark.at + width(mark) <= kWidth;
    const bool to_left = leftwards || (!fits_right && mark.at > kWidth / 2);
    drawn += fmt::format(
        "<path class=\"line {0}\" d=\"M{1:.1f} {2:.1f}V{3:.1f}\"/>\n"
        "<text class=\"halo {0}\" x=\"{4:.1f}\" y=\"{5:.1f}\" text-anchor=\"{6}\">{7}</text>\n",
        mark.style, mark.at, baseline - 9, kBottom, mark.at + (to_left ? -5 : 5), baseline,
        to_left ? "end" : "start", Escaped(mark.text));
    baseline += kLineHeight;
  }
  return drawn;
}

std::string Chart::Frame() const {
  std::string frame;
  for (const Tick& tick : y_.ticks) {
    frame += fmt::format(
        "<path class=\"grid\" d=\"M{0:.1f} {1:.1f}H{2:.1f}\"/><text class=\"tick\" x=\"{3:.1f}\" "
        "y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        kLeft, Y(tick.at), kRight, kLeft - 6, Y(tick.at) + 4, Escaped(tick.label));
  }
  for (const Tick& tick : x_.ticks) {
    frame += fmt::format(
        "<path class=\"axis\" d=\"M{0:.1f} {1:.1f}v5\"/><text class=\"tick\" x=\"{0:.1f}\" "
        "y=\"{2:.1f}\" text-anchor=\"middle\">{3}</text>\n",
        X(tick.at), kBottom, kBottom + 18, Escaped(tick.label));
  }
  frame += fmt::format(
      "<path class=\"axis\" d=\"M{0:.1f} {1:.1f}H{2:.1f}\"/>\n"
      "<text class=\"title\" x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"middle\">{5}</text>\n"
      "<text class=\"title\" x=\"4\" y=\"13\">{6}</text>\n",
      kLeft, kBottom, kRight, (kLeft + kRight) / 2, kHeight - 6, Escaped(x_.title),
      Escaped(y_.title));
  return frame;
}

std::string Chart::Svg(std::string_view id, std::string_view title,
                       std::string_view description) const {
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "aria-labelledby=\"{2}-title {2}-text\">\n<title id=\"{2}-title\">{3}</title>\n"
      "<desc id=\"{2}-text\">{4}</desc>\n{5}{6}{7}</svg>\n",
      kWidth, kHeight, id, Escaped(title), Escaped(description), Frame(), Marks(), drawn_);
}

}  // namespace fairline
