// See deployment_watcher.h.
#include "fairline/server/deployment_watcher.h"

#include <chrono>

#include "fairline/core/log.h"

namespace fairline {
namespace {
constexpr std::chrono::milliseconds kPeriod(200);
}

DeploymentWatcher::DeploymentWatcher(Deployments& deployments) : deployments_(deployments) {
  Look();
  thread_ = std::jthread([this](std::stop_token stop) { Run(std::move(stop)); });
}

DeploymentWatcher::~DeploymentWatcher() {
  thread_.request_stop();
  thread_.join();
}

void DeploymentWatcher::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kPeriod, [] { return false; });
    if (!stop.stop_requested()) Look();
  }
}

void DeploymentWatcher::Look() {
  const Result<bool> swapped = deployments_.Refresh();
  if (!swapped) {
    if (swapped.error().message != last_error_) LogError("models.not_loaded", swapped.error());
    last_error_ = swapped.error().message;
    return;
  }
  last_error_.clear();
  if (!*swapped) return;
  if (const auto deployment = deployments_.Current()) {
    const ModelVersion& version = (*deployment)->version;
    LogInfo("models.swapped", {{"model", version.name},
                               {"version", version.version},
                               {"bundle_digest", version.bundle_digest}});
  } else {
    LogWarning("models.none", {{"message", deployment.error().message}});
  }
}

}  // namespace fairline
