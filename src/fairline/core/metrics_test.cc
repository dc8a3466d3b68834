// Metrics: one metric per name and labels, and the text that Prometheus reads.
#include "fairline/core/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using testing::HasSubstr;

TEST(Metrics, TheSameNameAndLabelsAreTheSameMetric) {
  Metrics metrics;
  auto& approved = metrics.Counter("fairline_decisions_total", "Decisions.", {{"outcome", "a"}});
  auto& denied = metrics.Counter("fairline_decisions_total", "Decisions.", {{"outcome", "d"}});
  EXPECT_NE(&approved, &denied);
  EXPECT_EQ(&approved,
            &metrics.Counter("fairline_decisions_total", "Decisions.", {{"outcome", "a"}}));
}

TEST(Metrics, WritesTheExpositionFormat) {
  Metrics metrics;
  metrics.Counter("fairline_decisions_total", "Decisions made.", {{"outcome", "denied"}})
      .Increment(3);
  metrics.Gauge("fairline_queue_rows", "Rows waiting.").Set(7);
  metrics.Histogram("fairline_request_seconds", "Latency.", LatencyBounds()).Observe(0.002);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# HELP fairline_decisions_total Decisions made.\n"
                              "# TYPE fairline_decisions_total counter\n"
                              "fairline_decisions_total{outcome=\"denied\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("fairline_queue_rows 7\n"));
  EXPECT_THAT(text, HasSubstr("fairline_request_seconds_bucket{le=\"0.001\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("fairline_request_seconds_bucket{le=\"0.0025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("fairline_request_seconds_count 1\n"));
}

TEST(Metrics, RegistriesAreSeparate) {
  Metrics a;
  Metrics b;
  a.Gauge("fairline_queue_rows", "Rows waiting.").Set(1);
  EXPECT_EQ(b.Text(), "");
}

TEST(Metrics, LatencyBoundsRise) {
  const std::vector<double> bounds = LatencyBounds();
  EXPECT_EQ(bounds.front(), 50e-6);
  EXPECT_EQ(bounds.back(), 10);
  EXPECT_TRUE(std::ranges::is_sorted(bounds, std::ranges::less_equal()));
}

}  // namespace
}  // namespace fairline
