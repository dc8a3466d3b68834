// What decides: one immutable snapshot of model, plan, explainer and policy, swapped whole when the
// version in Production changes.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "fairline/core/result.h"
#include "fairline/explain/quadrature_shap.h"
#include "fairline/models/bundle.h"
#include "fairline/registry/registry.h"

namespace fairline {

/// The lender's rules around the model's cut-off.
struct Policy {
  std::string version = "default-1";
  double review_band = 0;  // |probability - threshold| < review_band goes to manual review
};

struct Deployment {
  std::string product;
  std::string currency;
  ModelVersion version;
  ModelBundle bundle;
  QuadratureShap explainer;
  Policy policy;
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

/// Holds the current deployment. Readers take a shared pointer and keep it for their decision.
class Deployments {
 public:
  Deployments(Registry& registry, DeploymentSettings settings);

  /// The current snapshot, or why there is none: kUnavailable by name (no model in Production,
  /// several and none chosen, a bundle that does not load).
  Result<std::shared_ptr<const Deployment>> Current() const;
  /// Looks at the registry and swaps when the version in Production changed. Returns true when it
  /// did. A version that does not load leaves the old one in place and is an error.
  Result<bool> Refresh();

 private:
  Registry& registry_;
  DeploymentSettings settings_;
  std::atomic<std::shared_ptr<const Deployment>> current_;
  std::atomic<std::shared_ptr<const Error>> absent_;
};

}  // namespace fairline
