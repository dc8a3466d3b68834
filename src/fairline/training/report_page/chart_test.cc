#include "fairline/training/report_page/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/training/report_page/html.h"

namespace fairline {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> Labels(const Axis& axis) {
  std::vector<std::string> labels;
  for (const Tick& tick : axis.ticks) labels.push_back(tick.label);
  return labels;
}

using Texts = std::vector<std::string>;

TEST(NumberAxis, EndsOnRoundNumbers) {
  EXPECT_EQ(Labels(ShareAxis("x")), (Texts{"0%", "20%", "40%", "60%", "80%", "100%"}));
  EXPECT_EQ(Labels(NumberAxis("x", -0.9, 1.1, false)),
            (Texts{"−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5"}));
  EXPECT_EQ(Labels(NumberAxis("x", 0, 0.0031, true)),
            (Texts{"0.0%", "0.1%", "0.2%", "0.3%", "0.4%"}));
  EXPECT_EQ(Labels(NumberAxis("x", 0, 21'000, false)),
            (Texts{"0k", "5k", "10k", "15k", "20k", "25k"}));
}

TEST(NumberAxis, StandsWithoutARange) {
  EXPECT_LE(NumberAxis("x", 0, 0, false).ticks.size(), 8u);
  EXPECT_LE(NumberAxis("x", 1e20, 1e20, false).ticks.size(), 8u);
  EXPECT_TRUE(NumberAxis("x", std::nan(""), std::nan(""), false).ticks.empty());
}

TEST(LogOddsAxis, LeavesOutLabelsThatWouldTouch) {
  EXPECT_EQ(Labels(LogOddsAxis("x", 0.005, 0.6, true)),
            (Texts{"0.5%", "1%", "2%", "5%", "10%", "20%", "50%"}));
  EXPECT_LE(LogOddsAxis("x", 0, 1, false).ticks.size(), 14u);
}

TEST(Chart, PlacesValuesBetweenTheAxes) {
  Chart chart(ShareAxis("x"), ShareAxis("y"));
  chart.Dot(0, 0, "good");
  chart.Dot(2, 2, "good");  // outside: at the edge
  const std::string svg = chart.Svg("id", "Title", "Text");
  EXPECT_THAT(svg, HasSubstr("cx=\"48.0\" cy=\"271.0\""));
  EXPECT_THAT(svg, HasSubstr("cx=\"398.0\" cy=\"28.0\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"id-title\">Title</title>"));
}

TEST(Chart, DrawsNoNumberThatIsNone) {
  Chart chart(NumberAxis("x", std::nan(""), 1, false), NumberAxis("y", 3, 3, false));
  chart.Line(std::vector<CurvePoint>{{std::nan(""), 1}, {INFINITY, 3}}, "");
  EXPECT_THAT(chart.Svg("id", "", ""), Not(HasSubstr("nan")));
}

TEST(Chart, EscapesItsTexts) {
  Chart chart(ShareAxis("<x>"), ShareAxis("a&b"), 1);
  chart.Label(0, 0, "\"l\"", Anchor::kStart);
  chart.Mark(0.5, "<m>", "faint");
  const std::string svg = chart.Svg("id", "<t>", "<d>");
  for (const char* raw : {"<x>", "a&b", "\"l\"", "<m>", "<t>", "<d>"}) {
    EXPECT_THAT(svg, Not(HasSubstr(raw)));
  }
}

TEST(Chart, StacksMarksSoThatLabelsCrossNoLine) {
  Chart chart(ShareAxis("x"), ShareAxis("y"), 2);
  chart.Mark(0.6, "left", "faint");
  chart.Mark(0.9, "right", "faint");
  const std::string svg = chart.Svg("id", "", "");
  EXPECT_LT(svg.find("right"), svg.find("left"));
}

TEST(Escaped, LeavesNothingThatMarksUp) {
  EXPECT_EQ(Escaped("<script>alert('a&b\"')</script>"),
            "&lt;script&gt;alert(&#39;a&amp;b&quot;&#39;)&lt;/script&gt;");
  EXPECT_EQ(Escaped(std::string_view("a\0\x1b\n", 4)), "a\xEF\xBF\xBD\xEF\xBF\xBD\n");
  EXPECT_EQ(Escaped("é – ü"), "é – ü");
}

}  // namespace
}  // namespace fairline
