// What decides: one immutable snapshot of model, plan, engines and policy, swapped whole when the
// version in Production changes.
#pragma once

#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fairline/core/config.h"
#include "fairline/core/result.h"
#include "fairline/decisioning/record_layout.h"
#include "fairline/explain/explainer.h"
#include "fairline/explain/reasons.h"
#include "fairline/models/bundle.h"
#include "fairline/models/engine/scorer.h"
#include "fairline/registry/registry.h"

namespace fairline {

/// The lender's rules around the model's cut-off.
struct Policy {
  std::string version = "default-1";
  double review_band = 0;  // |probability - threshold| < review_band goes to manual review
};

/// What training saw of a field; NaN where the bundle does not say.
struct SeenRange {
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
};

struct Deployment {
  std::string product;
  std::string currency;
  ModelVersion version;
  ModelBundle bundle;
  std::unique_ptr<const Scorer> scorer;
  std::unique_ptr<const Explainer> explainer;
  ReasonFinder reasons;
  Policy policy;
  std::string target;           // the outcome the model was trained on; empty: unknown
  std::vector<SeenRange> seen;  // one per signature field
  std::shared_ptr<const RecordLayout> layout;
};

/// Builds the deployment of a registered version.
Result<std::shared_ptr<const Deployment>> LoadDeployment(Registry& registry,
                                                         const ModelVersion& version,
                                                         const Policy& policy, std::string product,
                                                         std::string currency);

struct DeploymentSettings {
  std::string model;  // the registered model that decides; empty: the only one in Production
  std::string product;
  std::string currency;
  Policy policy;
};

/// serving.model and decisions.* of the program's settings.
DeploymentSettings ReadDeploymentSettings(const Config& config);

/// Holds the current deployment. Readers take a shared pointer and keep it for their decision.
class Deployments {
 public:
  Deployments(Registry& registry, DeploymentSettings settings);

  /// The current snapshot, or why there is none: kUnavailable by name (no model in Production,
  /// several and none chosen, a bundle that does not load).
  Result<std::shared_ptr<const Deployment>> Current() const;
  /// Looks at the registry and swaps when the version in Production changed. Returns true when it
  /// did. A version that does not load, or a second model in Production when none was chosen, is an
  /// error that leaves the old deployment in place while its model is in Production. Thread-safe.
  Result<bool> Refresh();

 private:
  void SetCurrent(Result<std::shared_ptr<const Deployment>> current);
  Result<ModelVersion> Choose(const std::vector<ModelVersion>& in_production) const;
  std::unexpected<Error> KeepOrWithdraw(const std::vector<ModelVersion>& in_production,
                                        const Error& why);

  Registry& registry_;
  const DeploymentSettings settings_;
  std::mutex refresh_mutex_;
  // A lock for the time of copying a pointer. Not std::atomic<std::shared_ptr>: that of g++ 12 is
  // not ordered as it should be (ThreadSanitizer finds it).
  mutable std::mutex current_mutex_;
  Result<std::shared_ptr<const Deployment>> current_;
};

}  // namespace fairline
