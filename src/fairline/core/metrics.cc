// prometheus-cpp behind one lookup: its registry already gives the same family for the same name
// and the same metric for the same labels.
#include "fairline/core/metrics.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace fairline {

struct Metrics::Registry {
  prometheus::Registry prometheus;
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {}

Metrics::~Metrics() = default;

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help,
                                      Labels labels) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Register(registry_->prometheus)
      .Add(labels);
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help, Labels labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_->prometheus).Add(labels);
}

prometheus::Histogram& Metrics::Histogram(const std::string& name, const std::string& help,
                                          std::vector<double> bounds, Labels labels) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Register(registry_->prometheus)
      .Add(labels, std::move(bounds));
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_->prometheus.Collect());
}

std::vector<double> LatencyBounds() {
  return {50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3,
          50e-3, 0.1,    0.25,   0.5,    1,    2.5,    5,    10};
}

}  // namespace fairline
