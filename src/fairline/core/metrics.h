// Prometheus metrics. One registry per process part that wants its own (tests make theirs).
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fairline {

class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();

  /// The metric of that name and labels, made on first use; references stay valid. Look them up
  /// once, not per request. Names start with fairline_ and end in their unit or _total.
  prometheus::Counter& Counter(const std::string& name, const std::string& help, Labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help, Labels = {});
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help,
                                   std::vector<double> bounds, Labels = {});

  /// The text exposition format.
  std::string Text() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

/// Bounds in seconds for latencies from 50 us to 10 s.
std::vector<double> LatencyBounds();

}  // namespace fairline
