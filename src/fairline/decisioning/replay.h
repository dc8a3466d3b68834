// Decides recorded applications again: to prove that the record gives the same decision, bit for
// bit, or to see what another version would have decided.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/decisioning/decision.h"
#include "fairline/registry/registry.h"

namespace fairline {

struct ReplayDifference {
  std::string field;  // "pd", "attributions.AMT_CREDIT", "reasons[0].code"
  std::string recorded;
  std::string replayed;
};

class Replayer {
 public:
  explicit Replayer(Registry& registry) : registry_(registry) {}

  /// Evaluates the recorded features again with the recorded bundle and policy and compares every
  /// number bit for bit. An empty list means equal. kFailedPrecondition for an erased record,
  /// kDataLoss for one that does not fit its bundle. Thread-safe.
  Result<std::vector<ReplayDifference>> Replay(const DecisionRecord& record);
  /// What `deployment` decides on the recorded features; those its model does not know are left
  /// out. kFailedPrecondition for an erased record or one that lacks a field the model requires.
  static Result<Evaluation> WhatIf(const DecisionRecord& record, const Deployment& deployment);

 private:
  Result<std::shared_ptr<const Deployment>> DeploymentOf(const DecisionRecord& record);

  Registry& registry_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Deployment>> deployments_;  // by what makes them
};

}  // namespace fairline
